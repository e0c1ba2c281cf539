import { stringify } from 'yaml'
import { type Part, parts } from '../parts.ts'
import { image, labelsOf, nameOf, settingsName } from './names.ts'
import { networkPolicies, serverPolicies } from './network-policies.ts'
import { serverManifests } from './servers.ts'
import { disruptionBudget, servicesOf } from './services.ts'
import { confinedContainer, confinedPod, settingsOf, workload } from './workload.ts'

const made = '# Made by `make manifests` from the list of services: change deploy/manifests, not this file.\n'
const yaml = (...documents: object[]) =>
  made +
  documents
    .map((document) => stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n')
const kustomization = (content: object) =>
  yaml({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', ...content })

const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: settingsName, labels: { 'app.kubernetes.io/part-of': 'strowger' } },
  data: settingsOf(parts),
}

/** Run before each version; it may be repeated. */
const migrate = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: nameOf('migrate'), labels: labelsOf('migrate') },
  spec: {
    backoffLimit: 6,
    ttlSecondsAfterFinished: 3_600,
    template: {
      metadata: { labels: labelsOf('migrate') },
      spec: {
        restartPolicy: 'OnFailure',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: confinedPod,
        containers: [
          {
            name: 'migrate',
            image,
            args: ['migrate'],
            env: [
              { name: 'DATABASE_URL', value: `postgres://postgres@${nameOf('postgres')}:5432/strowger` },
              { name: 'DATABASE_PASSWORD_FILE', value: '/run/secrets/postgres-password' },
              { name: 'NATS_URL', valueFrom: { configMapKeyRef: { name: settingsName, key: 'NATS_URL' } } },
              { name: 'SECRETS_DIR', value: '/run/secrets' },
            ],
            resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
            securityContext: confinedContainer,
            volumeMounts: [
              { name: 'secrets', mountPath: '/run/secrets', readOnly: true },
              { name: 'tmp', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'secrets', secret: { secretName: nameOf('migrate'), defaultMode: 0o440 } },
          { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        ],
      },
    },
  },
}

function autoscaler({ name, keepsState }: Part, [minReplicas, maxReplicas]: readonly [number, number]): object {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: nameOf(name), labels: labelsOf(name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: keepsState ? 'StatefulSet' : 'Deployment', name: nameOf(name) },
      minReplicas,
      maxReplicas,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
      // A storm of starting phones lasts minutes: what was added for it stays for the next one.
      behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
    },
  }
}

/** Every file below deploy/kubernetes, by its path there. */
export function kubernetesFiles(): Record<string, string> {
  const scaling = parts.flatMap((part) => (part.replicas === undefined ? [] : [{ part, replicas: part.replicas }]))
  const ofServices = Object.fromEntries(
    parts.map((part) => [`base/${part.name}.yaml`, yaml(workload(part), ...servicesOf(part), disruptionBudget(part))]),
  )
  return {
    ...ofServices,
    'base/settings.yaml': yaml(settings),
    'base/migrate.yaml': yaml(migrate),
    'base/network-policies.yaml': yaml(...networkPolicies(parts)),
    'base/kustomization.yaml': kustomization({
      resources: ['settings.yaml', 'migrate.yaml', 'network-policies.yaml', ...parts.map(({ name }) => `${name}.yaml`)],
    }),
    'servers/servers.yaml': yaml(...serverManifests(), ...serverPolicies(parts)),
    'servers/kustomization.yaml': kustomization({ resources: ['servers.yaml'] }),
    'small/kustomization.yaml': kustomization({ namespace: 'strowger', resources: ['../base', '../servers'] }),
    'large/autoscalers.yaml': yaml(...scaling.map(({ part, replicas }) => autoscaler(part, replicas))),
    'large/kustomization.yaml': kustomization({
      namespace: 'strowger',
      resources: ['../base', '../servers', 'autoscalers.yaml'],
      replicas: scaling.map(({ part, replicas }) => ({ name: nameOf(part.name), count: replicas[0] })),
    }),
  }
}
