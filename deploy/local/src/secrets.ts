import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceName } from '@strowger/schema'
import { newSealKeyRing, newSecret } from '@strowger/service'

/** The secrets of this installation, one file each (0600), made when they are first asked for and kept. */
export interface Secrets {
  postgres(): string
  /** Of a service's database role. */
  role(service: ServiceName): string
  /** Of a NATS user. */
  nats(user: string): string
  adminPassword(): string
  adminToken(): string
  /** Makes the file when it is missing. */
  path(name: SecretName): string
  /** Whether nobody has had the administrator's password yet. */
  readonly isFirstRun: boolean
}

type SecretName =
  | 'postgres-password'
  | 'admin-password'
  | 'admin-token'
  | 'seal-keys.json'
  | 'dhcp-token'
  | `role-${ServiceName}`
  | `nats-${string}`

/** `token` replaces the administrator's token (STROWGER_BOOTSTRAP_TOKEN). */
export function openSecrets(folder: string, token?: string): Secrets {
  const isFirstRun = !existsSync(join(folder, 'admin-password'))

  function path(name: SecretName): string {
    const file = join(folder, name)
    if (!existsSync(file)) write(file, made(name))
    return file
  }
  const read = (name: SecretName) => readFileSync(path(name), 'utf8').trimEnd()
  if (token !== undefined) write(join(folder, 'admin-token'), token)
  return {
    postgres: () => read('postgres-password'),
    role: (service) => read(`role-${service}`),
    nats: (user) => read(`nats-${user}`),
    adminPassword: () => read('admin-password'),
    adminToken: () => read('admin-token'),
    path,
    isFirstRun,
  }
}

function made(name: SecretName): string {
  if (name === 'seal-keys.json') return JSON.stringify(newSealKeyRing())
  // The prefix lets scanners of repositories recognise a token that was committed by mistake.
  if (name === 'admin-token') return `strowger_${newSecret()}`
  return newSecret()
}

/** Whole or not at all, and on the disk: a database whose password was lost is lost with it. */
function write(file: string, text: string): void {
  const draft = `${file}.new`
  const handle = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(handle, `${text}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(draft, file)
}
