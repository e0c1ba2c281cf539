import { serverSecretFiles, services } from '@strowger/local'
import { labelsOf, nameOf } from './names.ts'
import { confinedContainer } from './workload.ts'

function server(
  name: string,
  port: number,
  parts: { container: object; securityContext: object; storage: string },
): object[] {
  const labels = labelsOf(name)
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: nameOf(name), labels },
      spec: { selector: labels, ports: [{ name, protocol: 'TCP', port, targetPort: name }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: nameOf(name), labels },
      spec: {
        serviceName: nameOf(name),
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 120,
            securityContext: parts.securityContext,
            containers: [
              {
                name,
                ports: [{ name, protocol: 'TCP', containerPort: port }],
                startupProbe: { tcpSocket: { port: name }, periodSeconds: 2, failureThreshold: 60 },
                readinessProbe: { tcpSocket: { port: name }, periodSeconds: 5 },
                ...parts.container,
              },
            ],
            volumes: [
              { name: 'secrets', secret: { secretName: nameOf(name), defaultMode: 0o440 } },
              { name: 'tmp', emptyDir: { sizeLimit: '256Mi' } },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: parts.storage } } },
          },
        ],
      },
    },
  ]
}

/** As user 999 of the image `postgres`, and as any user of the image `nats`. */
const runAs = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: 'RuntimeDefault' },
})

/** PostgreSQL and NATS in the same namespace, for sites that have none. */
export function serverManifests(): object[] {
  const secrets = { name: 'secrets', mountPath: '/run/secrets/strowger', readOnly: true }
  const tmp = { name: 'tmp', mountPath: '/tmp' }
  return [
    ...server('nats', 4222, {
      storage: '20Gi',
      securityContext: runAs(1_000),
      container: {
        image: 'nats:2.11',
        args: ['-c', `/run/secrets/strowger/${serverSecretFiles(services).nats[0]}`],
        resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } },
        securityContext: confinedContainer,
        volumeMounts: [secrets, tmp, { name: 'data', mountPath: '/data' }],
      },
    }),
    ...server('postgres', 5432, {
      storage: '50Gi',
      securityContext: runAs(999),
      container: {
        image: 'postgres:17',
        env: [
          { name: 'POSTGRES_PASSWORD_FILE', value: '/run/secrets/strowger/postgres-password' },
          { name: 'POSTGRES_DB', value: 'strowger' },
          { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
        ],
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '2Gi' } },
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          secrets,
          tmp,
          { name: 'tmp', mountPath: '/var/run/postgresql', subPath: 'run' },
          { name: 'data', mountPath: '/var/lib/postgresql/data' },
        ],
      },
    }),
  ]
}
