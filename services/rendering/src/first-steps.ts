import type { Database } from '@strowger/database'
import { allTenants, type Config, type Tenants } from '@strowger/schema'
import { type Clock, type Log, type Seal, startPersistently } from '@strowger/service'
import { configKey } from './config-tree.ts'
import type { LoadedPlugin } from './plugin-library.ts'
import type { Rerendering } from './rerendering.ts'
import { sealedSecrets } from './secrets.ts'
import { stockConfigs, stockTenant } from './stock-configs.ts'
import { addMissingConfigs } from './store/configs.ts'
import { hasCustomFiles } from './store/custom-files.ts'
import { registerPlugins } from './store/plugins.ts'
import { publishAll } from './store/read-models.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** As many as share a transaction without phones noticing: one each was as dear as the rendering. */
const devicesAtOnce = 64

/**
 * Once at the start, as soon as PostgreSQL is there: fills read models that are empty though the tables are not, makes
 * the stock configs, tells of the plugins, and renders every device once, so that what settings or another version of
 * this program changed is recorded. Phones need not wait for any of it.
 */
export function startFirstSteps(parts: {
  database: Database<ProvisioningSchema>
  plugins: ReadonlyMap<string, LoadedPlugin>
  devices: { keys(): Iterable<string> }
  configs: { readonly size: number; applyLocal(key: string, config: Config): void }
  files: { readonly size: number }
  registered: { readonly size: number }
  tenants: Tenants
  rerendering: Rerendering
  seal: Seal
  clock: Pick<Clock, 'sleep'>
  log: Log
}): { readonly done: boolean; stop(): Promise<void> } {
  const { database, plugins, devices, configs, files, registered, tenants, rerendering, seal, clock, log } = parts
  let done = false

  async function steps(signal: AbortSignal): Promise<void> {
    // Custom files may well be none.
    if (configs.size === 0 || (files.size === 0 && (await hasCustomFiles(database, allTenants(tenants))))) {
      const published = await publishAll(database, allTenants(tenants))
      if (published > 0) log.warn({ published }, 'the read models were empty and have been filled from the tables')
    }
    await registerPlugins(database, [...plugins.values()], registered.size < plugins.size)
    const stock = stockConfigs(seal).map(({ id, parents = [], raw = {}, deletable = true, ...rest }) => ({
      id,
      parents,
      raw: sealedSecrets(raw, undefined, { tenant: stockTenant, id }, seal),
      deletable,
      ...rest,
    }))
    for (const config of await addMissingConfigs(database, stockTenant, stock)) {
      configs.applyLocal(configKey(config.tenant, config.id), config)
    }
    done = true
    const ids = [...devices.keys()]
    for (let from = 0; from < ids.length; from += devicesAtOnce) {
      if (signal.aborted) return
      await Promise.all(ids.slice(from, from + devicesAtOnce).map((id) => rerendering.device(id)))
    }
  }

  const problem = 'the first steps could not be taken yet; tried again'
  const running = startPersistently(steps, { problem, clock, log })
  return {
    get done() {
      return done
    },
    stop: running.stop,
  }
}
