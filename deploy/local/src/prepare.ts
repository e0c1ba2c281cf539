import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { natsAuthorization, natsUsers } from '@strowger/bus'
import { catalogue, type ServiceName } from '@strowger/schema'
import { natsOperator } from './infrastructure.ts'
import { secretManifest } from './secret-manifest.ts'
import { openSecrets } from './secrets.ts'
import { databaseOwners, services } from './services.ts'

const usage = `usage: prepare [--folder <secrets>] [--owner <user id>] [--kubernetes]

Makes the secrets of an installation, each in a file: what is there is kept. And nats.conf with a NATS user for each
service: run it again before another version is started, which may have more of them.

  --folder      where (default: secrets)
  --owner       user id that the files belong to, as of the image: 10001
  --kubernetes  print them as Secrets for kubectl apply, too
`
const natsConfiguration = 'nats.conf'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'secrets' },
    owner: { type: 'string' },
    kubernetes: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  process.stdout.write(usage)
  process.exit(0)
}

const { folder } = values
mkdirSync(folder, { recursive: true, mode: 0o700 })
const secrets = openSecrets(folder)
for (const name of ['postgres-password', 'admin-password', 'admin-token', 'seal-keys.json', 'dhcp-token'] as const) {
  secrets.path(name)
}
for (const { name } of services) secrets.path(`nats-${name}`)
// Asked for, it is made.
databaseOwners((service) => secrets.role(service))
writeFileSync(join(folder, natsConfiguration), natsConfigurationText(), { mode: 0o600 })
if (values.owner !== undefined) giveTo(Number(values.owner))
if (values.kubernetes) {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  process.stdout.write(secretManifest(services, read))
}

function natsConfigurationText(): string {
  const passwords = Object.fromEntries(services.map(({ name }) => [name, secrets.nats(name)])) as Record<
    ServiceName,
    string
  >
  const users = natsUsers(catalogue, passwords, { [natsOperator]: secrets.nats(natsOperator) })
  return [
    '# Made by `prepare`. Holds passwords.',
    'server_name: strowger',
    'port: 4222',
    'http_port: 8222',
    'max_payload: 1MB',
    // Each stream has its own limit; the server's would only refuse to make them.
    'jetstream { store_dir: "/data", max_file_store: 1099511627776 }',
    natsAuthorization(users),
  ].join('\n')
}

/** Secrets are read by the user of the image, and by nobody else. */
function giveTo(owner: number): void {
  for (const file of readdirSync(folder)) {
    chownSync(join(folder, file), owner, owner)
    chmodSync(join(folder, file), 0o400)
  }
  chownSync(folder, owner, owner)
}
