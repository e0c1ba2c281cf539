import type { Database } from '@strowger/database'
import type { Tenant, Tenants } from '@strowger/schema'
import { type Clock, type HealthState, type Log, newId } from '@strowger/service'
import type { Passwords } from './access/passwords.ts'
import { tokenHash } from './access/token-text.ts'
import { publishMissing } from './store/read-models.ts'
import type { AccessSchema } from './store/tables.ts'
import { setBootstrapToken } from './store/tokens.ts'
import { hasUsers, insertFirstAdministrator } from './store/users.ts'

const retryMs = 1_000

export interface FirstSteps {
  health(): HealthState
  stop(): Promise<void>
}

/**
 * Once at the start, as soon as PostgreSQL is there: the first administrator, the token for automation, and the tree of
 * tenants where its read model lacks it (a new installation, or NATS lost its data).
 */
export function startFirstSteps(parts: {
  database: Database<AccessSchema>
  passwords: Passwords
  tenants: Tenants & { applyLocal(id: string, tenant: Tenant): void }
  adminPassword: string | undefined
  bootstrapToken: string | undefined
  clock: Pick<Clock, 'sleep'>
  log: Log
}): FirstSteps {
  const { database, passwords, tenants, adminPassword, bootstrapToken, clock, log } = parts
  const stopping = new AbortController()
  let isDone = false

  async function take(): Promise<void> {
    if (bootstrapToken !== undefined) await setBootstrapToken(database, tokenHash(bootstrapToken))
    if (adminPassword !== undefined && !(await hasUsers(database))) {
      const passwordHash = await passwords.hash(adminPassword)
      await insertFirstAdministrator(database, { id: newId(), login: 'admin', passwordHash })
      log.info({ login: 'admin' }, 'the first administrator was made')
    }
    const published = await publishMissing(database, tenants)
    for (const tenant of published) tenants.applyLocal(tenant.id, tenant)
    if (published.length > 0) log.info({ tenants: published.length }, 'tenants were published')
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await take()
        isDone = true
        return
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ error }, 'the first steps could not be taken yet')
        await clock.sleep(retryMs, stopping.signal).catch(() => {})
      }
    }
  }

  const running = run()
  return {
    health: () => (isDone ? { ok: true } : { ok: false, reason: 'the tree of tenants is not published yet' }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
