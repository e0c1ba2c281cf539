import type { ServiceName } from '@strowger/schema'
import { type Definitions, permissionsOf } from './permissions.ts'

/** One log-in of nats-server. Without permissions it may do everything (`migrate`, the supervisor). */
export interface NatsUser {
  user: string
  password: string
  permissions?: { publish: string[]; subscribe: string[] }
}

/** A user for every service that has a password, bound to its subjects, and those of `operators` without bounds. */
export function natsUsers(
  definitions: Definitions,
  passwords: Readonly<Partial<Record<ServiceName, string>>>,
  operators: Readonly<Record<string, string>> = {},
): NatsUser[] {
  const services = Object.entries(passwords) as [ServiceName, string][]
  return [
    ...services.map(([user, password]) => ({ user, password, permissions: permissionsOf(user, definitions) })),
    ...Object.entries(operators).map(([user, password]) => ({ user, password })),
  ]
}

/** As nats-server takes it: JSON strings are among what its configuration allows. */
const quoted = (text: string) => JSON.stringify(text)
const list = (subjects: readonly string[]) =>
  `[\n${subjects.map((subject) => `        ${quoted(subject)}\n`).join('')}      ]`

function rendered({ user, password, permissions }: NatsUser): string {
  const login = `user: ${quoted(user)}, password: ${quoted(password)}`
  if (!permissions) return `    { ${login} }\n`
  return `    { ${login}, permissions: {
      publish: ${list(permissions.publish)}
      subscribe: ${list(permissions.subscribe)}
    } }
`
}

/** The `authorization` block of nats-server's configuration. */
export function natsAuthorization(users: readonly NatsUser[]): string {
  return `authorization {\n  users: [\n${users.map(rendered).join('')}  ]\n}\n`
}
