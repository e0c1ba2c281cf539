import { type Bus, bucketSubject } from '@strowger/bus'
import { type Database, eraseOperation } from '@strowger/database'
import {
  catalogue,
  type eraseTenant,
  Fault,
  type RequestDefinition,
  type TaskDocument,
  type Tenant,
  tasksBucket,
  tenantDeleted,
  tenantsBucket,
} from '@strowger/schema'
import type { Clock, RunningTask } from '@strowger/service'
import type { TokenCheck } from './access/token-check.ts'
import type { AccessSchema } from './store/tables.ts'

type OutputOf<Definition> = Definition extends RequestDefinition<infer _Input, infer Output> ? Output : never
type Report = NonNullable<OutputOf<typeof eraseTenant>['report']>
type EraseRequest = RequestDefinition<{ tenant: string; dryRun?: boolean }, { removed: Record<string, number> }>

/** What an erasure leaves, for a person to know. */
const remains = [
  'marks in the streams of the buckets that an entry was deleted: its id, nothing else',
  `the event ${tenantDeleted.subject}, for as long as its stream keeps it: services that are away have to hear of it`,
  'objects in an Asterisk that was away: they are taken from it as soon as it is reached; calls it has written itself',
  'what PostgreSQL and NATS have deleted, in their files until they write over it',
  'log files, and backups, until they are replaced',
]
const retryMs = 2_000
/** A service that is away for longer makes the task fail; it can be begun again. */
const patienceMs = 300_000
const settledWithinMs = 60_000

export interface Erasure {
  /** What would be removed. @throws Fault `unavailable` when an owner is away */
  report(tenant: Tenant): Promise<Report>
  /** Removes it. Begun again after a death it finds less to do. */
  erase(tenant: Tenant, task: RunningTask): Promise<Report>
}

/** Everything of a tenant in every service: rows, history, entries, objects, events, and last the tenant itself. */
export function createErasure(parts: {
  bus: Bus
  database: Database<AccessSchema>
  tasks: { entries(): Iterable<[string, TaskDocument]> }
  tokens: Pick<TokenCheck, 'forgetAll'>
  tenants: { applyLocal(id: string, tenant: undefined): void }
  clock: Clock
}): Erasure {
  const { bus, database, tasks, tokens, tenants, clock } = parts
  const owners = catalogue.requests.filter(({ domain }) => domain.endsWith('-erasure')) as unknown as EraseRequest[]
  const areaOf = ({ domain }: EraseRequest) => domain.replace(/-erasure$/, '')
  const context = (tenant: string) => ({ tenant, actor: { kind: 'service' as const, name: 'gateway' } })

  /** Our own schema; the tenant’s row goes with it, and the house is told. */
  const eraseAccess = eraseOperation<AccessSchema>({
    database,
    async more(tx, { tenant, dryRun }) {
      if (dryRun) return {}
      const row = await tx.selectFrom('tenant').selectAll().where('id', '=', tenant).executeTakeFirst()
      if (row === undefined) return {}
      const { id, parent, name, revision } = row
      await tx.outbox.addMany([
        {
          subject: bucketSubject(tenantsBucket, id),
          payload: new Uint8Array(0),
          headers: { 'KV-Operation': 'DEL' },
        },
        {
          subject: `${tenantDeleted.subject}.${id}`,
          payload: { tenant: { id, parent, name, revision: Number(revision) } },
        },
      ])
      return {}
    },
    after: (tenant) => tenants.applyLocal(tenant, undefined),
  })

  async function patiently<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const endMs = clock.monotonicMs() + patienceMs
    for (;;) {
      signal.throwIfAborted()
      try {
        return await work()
      } catch (error) {
        const isAway = error instanceof Fault && ['unavailable', 'deadline-exceeded'].includes(error.code)
        if (!isAway || clock.monotonicMs() > endMs) throw error
        await clock.sleep(retryMs, signal)
      }
    }
  }

  const askOwner = (owner: EraseRequest, tenant: string, dryRun: boolean) =>
    bus.request(owner, { tenant, dryRun }, context(tenant))

  /** What was told while it was removed has arrived everywhere: nobody writes anything of the tenant any more. */
  async function settled(tenant: string, signal: AbortSignal): Promise<void> {
    const endMs = clock.monotonicMs() + settledWithinMs
    for (;;) {
      const left: string[] = []
      for (const owner of owners) {
        const { removed } = await patiently(() => askOwner(owner, tenant, true), signal)
        if (Object.keys(removed).length === 0) continue
        left.push(areaOf(owner))
        await patiently(() => askOwner(owner, tenant, false), signal)
      }
      if (left.length === 0) return
      if (clock.monotonicMs() > endMs) {
        throw new Fault('unavailable', { detail: `Things of the tenant come back in ${left.join(', ')}` })
      }
      await clock.sleep(500, signal)
    }
  }

  /** Nobody of the tenant may change anything meanwhile. */
  async function shutOut(tenant: string): Promise<void> {
    await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
      await tx.deleteFrom('session').execute()
      await tx.deleteFrom('token').execute()
      await tx.updateTable('user_account').set({ enabled: false }).execute()
    })
    tokens.forgetAll()
  }

  async function eraseTasks(tenant: string, except: string): Promise<number> {
    const bucket = bus.bucket(tasksBucket)
    const theirs = [...tasks.entries()].filter(([id, task]) => task.tenant === tenant && id !== except)
    for (const [id] of theirs) await bucket.delete(id)
    return theirs.length
  }

  async function purge(tenant: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const event of catalogue.events) {
      if (event.subject === tenantDeleted.subject || event.stream.purger !== 'gateway') continue
      const { name } = event.stream
      counts[name] = (counts[name] ?? 0) + (await bus.events.purge(event, tenant))
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  }

  return {
    async report(tenant) {
      const areas: Report['areas'] = []
      for (const owner of owners) {
        areas.push({ area: areaOf(owner), removed: (await askOwner(owner, tenant.id, true)).removed })
      }
      areas.push({ area: 'access', removed: (await eraseAccess({ tenant: tenant.id, dryRun: true })).removed })
      return reportOf(tenant, areas, {})
    },

    async erase(tenant, task) {
      const steps = owners.length + 4
      let step = 0
      const next = () => task.progress(++step, steps, 'steps')
      await patiently(() => shutOut(tenant.id), task.signal)
      next()
      const areas: Report['areas'] = []
      for (const owner of owners) {
        const { removed } = await patiently(() => askOwner(owner, tenant.id, false), task.signal)
        areas.push({ area: areaOf(owner), removed })
        next()
      }
      await settled(tenant.id, task.signal)
      next()
      const access = await patiently(() => eraseAccess({ tenant: tenant.id }), task.signal)
      const taskCount = await patiently(() => eraseTasks(tenant.id, task.id), task.signal)
      areas.push({
        area: 'access',
        removed: { ...access.removed, ...(taskCount > 0 ? { 'entries of TASKS': taskCount } : {}) },
      })
      next()
      const streams = await patiently(() => purge(tenant.id), task.signal)
      next()
      return reportOf(tenant, areas, streams)
    },
  }
}

function reportOf(tenant: Tenant, areas: Report['areas'], streams: Record<string, number>): Report {
  return { tenant, areas, streams, remains }
}
