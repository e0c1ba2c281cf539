import { type Config, type Device, type Tenants, tenantsAbove } from '@strowger/schema'

/** Configs as the read model holds them. */
export interface Configs {
  get(key: string): Config | undefined
  values(): Iterable<Config>
}

export function configKey(tenant: string, id: string): string {
  return `${tenant}/${id}`
}

/** Which config a device uses, and everything it inherits. */
export interface DeviceConfig {
  /** As shown: of a device without a config of its own, `autoprov<device>`. */
  readonly id: string
  /** In the order in which they are merged. */
  readonly chain: readonly Config[]
}

/** Finds configs for a tenant: its own first, then those of the tenants above it. */
export function createConfigTree(configs: Configs, tenants: Tenants) {
  function find(tenant: string, id: string): Config | undefined {
    for (const above of tenantsAbove(tenants, tenant)) {
      const config = configs.get(configKey(above, id))
      if (config) return config
    }
    return undefined
  }

  function autocreate(tenant: string): Config | undefined {
    const stock = find(tenant, 'autoprov')
    if (stock?.role === 'autocreate') return stock
    const above = tenantsAbove(tenants, tenant)
    const candidates = [...configs.values()].filter(
      (config) => config.role === 'autocreate' && above.includes(config.tenant),
    )
    return candidates.sort((a, b) => above.indexOf(a.tenant) - above.indexOf(b.tenant) || a.id.localeCompare(b.id))[0]
  }

  /** Parents in their order, depth first, each config once; a circle ends where it began. */
  function chainOf(tenant: string, config: Config): Config[] {
    const chain: Config[] = []
    const seen = new Set<string>()
    const visit = (visited: Config) => {
      const key = configKey(visited.tenant, visited.id)
      if (seen.has(key)) return
      seen.add(key)
      for (const id of visited.parents) {
        const parent = find(tenant, id)
        if (parent) visit(parent)
      }
      chain.push(visited)
    }
    visit(config)
    return chain
  }

  /** Parents that are named in a chain and are not there for this tenant. */
  function missingIn(tenant: string, chain: readonly Config[]): { config: string; parent: string }[] {
    return chain.flatMap(({ id, parents }) =>
      parents.filter((parent) => find(tenant, parent) === undefined).map((parent) => ({ config: id, parent })),
    )
  }

  /** The one that was chosen for it, or that was written for it. */
  function ownConfig({ tenant, config, id }: Device): Config | undefined {
    return (config === undefined ? undefined : find(tenant, config)) ?? find(tenant, id)
  }

  return {
    find,
    chainOf,
    autocreate,
    missingIn,
    ofDevice(device: Device): DeviceConfig | undefined {
      const own = ownConfig(device)
      const used = own ?? autocreate(device.tenant)
      if (used === undefined) return undefined
      return { id: own?.id ?? `autoprov${device.id}`, chain: chainOf(device.tenant, used) }
    },
    /** Those of the devices whose files depend on this config. */
    dependents(devices: Iterable<Device>, changed: { tenant: string; id: string }): Device[] {
      /** By tenant and config: most devices have the same. */
      const known = new Map<string, boolean>()
      // A config that is gone, or new, can be what a device or a parent names without having found it.
      const isNamedIn = (tenant: string, used: Config): boolean => {
        const key = `${tenant} ${configKey(used.tenant, used.id)}`
        let named = known.get(key)
        if (named === undefined) {
          named = chainOf(tenant, used).some(({ id, parents }) => id === changed.id || parents.includes(changed.id))
          known.set(key, named)
        }
        return named
      }
      const dependent: Device[] = []
      for (const device of devices) {
        const { id, config, tenant } = device
        const used = ownConfig(device) ?? autocreate(tenant)
        const concerned = id === changed.id || config === changed.id || (used !== undefined && isNamedIn(tenant, used))
        if (concerned && tenantsAbove(tenants, tenant).includes(changed.tenant)) dependent.push(device)
      }
      return dependent
    },
  }
}
export type ConfigTree = ReturnType<typeof createConfigTree>
