import { type Config, type Device, Fault, type Tenants, tenantsFrom } from '@strowger/schema'
import type { ConfigTree } from './config-tree.ts'
import { type Configs, configKey } from './config-tree.ts'
import { maskedSecrets } from './secrets.ts'

/** Where a config is, or will be. */
export interface ConfigPlace {
  readonly tenant: string
  readonly id: string
  readonly present: Config | undefined
  /** The device whose own config it is. */
  readonly device: Device | undefined
}

/** What a device’s own config inherits when it is made. */
export const deviceParents = ['base', 'defaultconfigdevice']

/**
 * Finds the config that an administrator of `tenant` means by `id`: one of this tenant or of a tenant below it, or the
 * own config of a device there, by the device’s id or by `autoprov<device>` as it is shown before it exists.
 */
export function createConfigPlaces(parts: {
  configs: Configs
  devices: { get(id: string): Device | undefined }
  tenants: Tenants
  tree: ConfigTree
}) {
  const { configs, devices, tenants, tree } = parts

  function place(tenant: string, id: string): ConfigPlace {
    const scope = tenantsFrom(tenants, tenant)
    const own = configs.get(configKey(tenant, id))
    if (own) return { tenant, id, present: own, device: devices.get(id) }
    const device = deviceMeant(id, scope)
    if (device) {
      const present = configs.get(configKey(device.tenant, device.id))
      return { tenant: device.tenant, id: device.id, present, device }
    }
    for (const below of scope) {
      const present = configs.get(configKey(below, id))
      if (present) return { tenant: below, id, present, device: undefined }
    }
    return { tenant, id, present: undefined, device: undefined }
  }

  function deviceMeant(id: string, scope: readonly string[]): Device | undefined {
    const plain = devices.get(id) ?? devices.get(id.replace(/^autoprov/, ''))
    return plain && scope.includes(plain.tenant) ? plain : undefined
  }

  /** The config that a device would have of its own if one were written: nothing is stored until then. */
  function unwritten(device: Device): Config | undefined {
    const autocreate = tree.autocreate(device.tenant)
    if (autocreate === undefined) return undefined
    const { raw } = autocreate
    return {
      id: `autoprov${device.id}`,
      tenant: device.tenant,
      revision: 0,
      parents: [autocreate.id],
      raw: maskedSecrets(raw),
      deletable: true,
      transient: true,
    }
  }

  return {
    place,
    /** As `place`, for what must exist. A tenant also sees the configs it inherits. */
    shown(tenant: string, id: string): Config {
      const { present, device } = place(tenant, id)
      const found = present ?? tree.find(tenant, id) ?? (device && unwritten(device))
      if (found === undefined) throw new Fault('not-found', { detail: `There is no config ${id}` })
      return found
    },
    /**
     * The circle that a config would be in with these parents, as `a, b, a`; undefined when there is none. What it
     * would find for a name is what its tenant finds.
     */
    circle(tenant: string, id: string, parents: readonly string[]): string[] | undefined {
      const visit = (parent: string, way: readonly string[]): string[] | undefined => {
        const here = [...way, parent]
        if (parent === id) return here
        if (way.includes(parent)) return undefined
        for (const next of tree.find(tenant, parent)?.parents ?? []) {
          const found = visit(next, here)
          if (found) return found
        }
        return undefined
      }
      // The stock configs of the root may be a tenant's own parents under the same name: not the config itself.
      for (const parent of parents) {
        const found = visit(parent, [id])
        if (found) return found
      }
      return undefined
    },
    /** Those that name this one as a parent and would find no other in its place. */
    children(config: Config): Config[] {
      return [...configs.values()].filter(
        (other) => other.parents.includes(config.id) && tree.find(other.tenant, config.id) === config,
      )
    },
  }
}
export type ConfigPlaces = ReturnType<typeof createConfigPlaces>
