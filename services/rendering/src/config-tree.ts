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

/** What a change of a config comes to in a tenant. */
interface TenantPlace {
  /** The tenant and those above it. */
  readonly above: readonly string[]
  readonly isBelow: boolean
  /** The devices that have no config of their own. */
  isConcernedUnlessOwn: boolean
  readonly parents: Map<string, boolean>
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
    /**
     * Tells of a device whether its files depend on this config, as configs are now. Asked for all devices at once, so
     * what tenants and parents come to is worked out once for each of them.
     */
    dependsOn(changed: { tenant: string; id: string }): (device: Device) => boolean {
      const byId = new Map<string, Config[]>()
      for (const config of configs.values()) {
        const alike = byId.get(config.id)
        if (alike) alike.push(config)
        else byId.set(config.id, [config])
      }
      const places = new Map<string, TenantPlace>()

      // A config that is gone, or new, can be what a device or a parent names without having found it.
      const isNamedBy = ({ id, parents }: Config) => id === changed.id || parents.includes(changed.id)
      const isNamedIn = (tenant: string, { parents }: TenantPlace, used: Config): boolean =>
        isNamedBy(used) ||
        used.parents.some((parent) => {
          let named = parents.get(parent)
          if (named === undefined) {
            const config = find(tenant, parent)
            named = config !== undefined && chainOf(tenant, config).some(isNamedBy)
            parents.set(parent, named)
          }
          return named
        })

      function placeOf(tenant: string): TenantPlace {
        let place = places.get(tenant)
        if (place === undefined) {
          const above = tenantsAbove(tenants, tenant)
          const isBelow = above.includes(changed.tenant)
          place = { above, isBelow, isConcernedUnlessOwn: false, parents: new Map() }
          const used = isBelow ? autocreate(tenant) : undefined
          place.isConcernedUnlessOwn = used !== undefined && isNamedIn(tenant, place, used)
          places.set(tenant, place)
        }
        return place
      }

      /** As `find`, of what has been put beside each other here. */
      function foundIn({ above }: TenantPlace, id: string): Config | undefined {
        const alike = byId.get(id)
        if (alike === undefined) return undefined
        for (const tenant of above) for (const config of alike) if (config.tenant === tenant) return config
        return undefined
      }

      return ({ id, config, tenant }) => {
        const place = placeOf(tenant)
        if (!place.isBelow) return false
        if (id === changed.id || config === changed.id) return true
        const own = (config === undefined ? undefined : foundIn(place, config)) ?? foundIn(place, id)
        return own === undefined ? place.isConcernedUnlessOwn : isNamedIn(tenant, place, own)
      }
    },
  }
}
export type ConfigTree = ReturnType<typeof createConfigTree>
