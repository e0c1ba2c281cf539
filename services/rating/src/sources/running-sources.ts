import type { RatingSource, Tenants } from '@strowger/schema'
import { allTenants } from '@strowger/schema'
import { readItemsOf, type StoredItem } from '../store/items.ts'
import { type RunnerParts, type RunningSource, runSource } from './runner.ts'

/** Every source that is enabled, each read in a loop of its own. */
export interface RunningSources {
  /** Makes what runs agree with what is stored. */
  refresh(): Promise<void>
  /** Stops a source, does something while it is not read, and begins it again. */
  restart(tenant: string, id: string, meanwhile: () => Promise<void>): Promise<void>
  problemOf(tenant: string, id: string): string | undefined
  close(): Promise<void>
}

export function createRunningSources(parts: RunnerParts & { readonly tenants: Tenants }): RunningSources {
  const { database, tenants, log } = parts
  const running = new Map<string, { readonly revision: number; readonly source: RunningSource }>()
  let closed = false
  let refreshing: Promise<void> = Promise.resolve()

  async function agree(): Promise<void> {
    if (closed) return
    const items = (await readItemsOf(database, allTenants(tenants), 'source')).filter(isEnabled)
    const wanted = new Map(items.map((item) => [`${item.tenant}/${item.id}`, item]))
    for (const [key, { revision, source }] of running) {
      if (wanted.get(key)?.revision === revision) continue
      await source.stop()
      running.delete(key)
    }
    for (const [key, item] of wanted) {
      if (running.has(key) || closed) continue
      running.set(key, { revision: item.revision, source: runSource(parts, item) })
      log.info({ source: item.id, tenant: item.tenant }, 'a source is read')
    }
  }

  return {
    refresh() {
      refreshing = refreshing.then(agree, agree)
      return refreshing
    },
    restart(tenant, id, meanwhile) {
      const key = `${tenant}/${id}`
      const restarted = refreshing.then(async () => {
        await running.get(key)?.source.stop()
        running.delete(key)
        await meanwhile()
        await agree()
      })
      refreshing = restarted.catch(() => {})
      return restarted
    },
    problemOf: (tenant, id) => running.get(`${tenant}/${id}`)?.source.problem,
    async close() {
      closed = true
      await refreshing.catch(() => {})
      await Promise.all([...running.values()].map(({ source }) => source.stop()))
    },
  }
}

function isEnabled({ data }: StoredItem): boolean {
  const { enabled = true, kind: sourceKind } = data as unknown as RatingSource
  return enabled && sourceKind !== 'upload'
}
