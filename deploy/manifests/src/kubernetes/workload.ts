import { environmentOf, healthPort, type Part } from '../parts.ts'
import { image, labelsOf, nameOf, settingsName } from './names.ts'

/** User and group of the image. */
const user = 10_001
export const confinedPod = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
}
export const confinedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
}

const servers = { nats: `nats://${nameOf('nats')}:4222`, postgres: `postgres://${nameOf('postgres')}:5432/strowger` }
const fromSettings = new Set(['NATS_URL', 'DATABASE_URL'])

/** Values that a site decides (`${NAME:-default}` of Compose) come from the ConfigMap. */
export function settingsOf(parts: readonly Part[]): Record<string, string> {
  const defaults: Record<string, string> = { NATS_URL: servers.nats, DATABASE_URL: servers.postgres }
  for (const { environment } of parts) {
    for (const [name, value] of Object.entries(environment)) {
      const match = /^\$\{\w+:([-?])(.*)\}$/.exec(value)
      if (match !== null) defaults[name] = match[1] === '-' ? (match[2] ?? '') : 'phones.example.com'
    }
  }
  return defaults
}

function environment(part: Part): object[] {
  return Object.entries(environmentOf(part, servers)).map(([name, value]) =>
    fromSettings.has(name) || value.startsWith('${')
      ? { name, valueFrom: { configMapKeyRef: { name: settingsName, key: name } } }
      : { name, value },
  )
}

const stateVolume = 'state'

/** A service: a StatefulSet when it keeps something, else a Deployment. */
export function workload(part: Part): object {
  const { name, ports, keepsState, writesLog, memoryMiB, isSingle } = part
  const labels = labelsOf(name)
  const container = {
    name,
    image,
    args: [name],
    env: environment(part),
    ports: [
      ...ports.map(({ name: port, protocol, port: containerPort }) => ({ name: port, protocol, containerPort })),
      { name: 'health', protocol: 'TCP', containerPort: healthPort },
    ],
    startupProbe: { httpGet: { path: '/health/live', port: 'health' }, periodSeconds: 2, failureThreshold: 60 },
    livenessProbe: { httpGet: { path: '/health/live', port: 'health' }, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { httpGet: { path: '/health/ready', port: 'health' }, periodSeconds: 5, failureThreshold: 2 },
    // Its address must be gone from everywhere before it stops taking requests.
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
    resources: {
      requests: { cpu: '100m', memory: `${memoryMiB[0]}Mi` },
      limits: { memory: `${memoryMiB[1]}Mi` },
    },
    securityContext: confinedContainer,
    volumeMounts: [
      { name: 'secrets', mountPath: '/run/secrets', readOnly: true },
      { name: 'tmp', mountPath: '/tmp' },
      { name: stateVolume, mountPath: '/var/lib/strowger' },
      ...(writesLog ? [{ name: stateVolume, mountPath: '/var/log/strowger', subPath: 'log' }] : []),
    ],
  }
  const template = {
    metadata: {
      labels,
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(healthPort),
        'prometheus.io/path': '/metrics',
      },
    },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 40,
      securityContext: confinedPod,
      containers: [container],
      volumes: [
        { name: 'secrets', secret: { secretName: nameOf(name), defaultMode: 0o440 } },
        { name: 'tmp', emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
        ...(keepsState ? [] : [{ name: stateVolume, emptyDir: { sizeLimit: '1Gi' } }]),
      ],
      ...(isSingle
        ? {}
        : {
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: 'kubernetes.io/hostname',
                whenUnsatisfiable: 'ScheduleAnyway',
                labelSelector: { matchLabels: labels },
              },
            ],
          }),
    },
  }
  const common = { replicas: 1, selector: { matchLabels: labels }, template }
  if (!keepsState) {
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: nameOf(name), labels },
      spec: {
        ...common,
        strategy: isSingle
          ? { type: 'Recreate' }
          : { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      },
    }
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: nameOf(name), labels },
    spec: {
      ...common,
      serviceName: nameOf(name),
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      volumeClaimTemplates: [
        {
          metadata: { name: stateVolume },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  }
}
