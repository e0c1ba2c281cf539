import { type SupervisedService, secretFiles, serverSecretFiles } from './services.ts'

/**
 * The secrets of an installation as Kubernetes Secrets, one for each service with just its own, as JSON documents that
 * `kubectl apply -f -` takes. `read` gives the text of a file.
 */
export function secretManifest(services: readonly SupervisedService[], read: (file: string) => string): string {
  const owners = [
    ...services.map((service) => ({ name: service.name as string, files: secretFiles(service) })),
    ...Object.entries(serverSecretFiles(services)).map(([name, files]) => ({ name, files })),
  ]
  const items = owners.map(({ name, files }) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `strowger-${name}`, labels: { 'app.kubernetes.io/part-of': 'strowger' } },
    type: 'Opaque',
    data: Object.fromEntries(files.map((file) => [file, Buffer.from(read(file)).toString('base64')])),
  }))
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2)}\n`
}
