import type { Database } from '@strowger/database'
import { flattenConfig } from '@strowger/render'
import { type Config, type Device, Fault, type RawConfig, type Tenants, tenantsFrom } from '@strowger/schema'
import type { ConfigPlace, ConfigPlaces } from './config-place.ts'
import { type ConfigTree, configKey } from './config-tree.ts'
import { parameterConflicts } from './parameter-conflicts.ts'
import { type ConfigWrite, configsWithParent } from './store/configs.ts'
import type { ProvisioningSchema } from './store/tables.ts'

type Change = ConfigWrite['change']
/** Configs, devices or warnings named in an answer. */
const maxNamed = 100

/** What must hold of a config and those around it before it is written or removed. */
export function createConfigChecks(parts: {
  database: Database<ProvisioningSchema>
  devices: { values(): Iterable<Device> }
  tenants: Tenants
  tree: ConfigTree
  places: Pick<ConfigPlaces, 'circle' | 'children'>
  base: RawConfig
}) {
  const { database, devices, tenants, tree, places, base } = parts

  /** The same change, refused when its parents are not there, are no parents or end in a circle. */
  function checked({ tenant, id }: ConfigPlace, change: Change): Change {
    return (present) => {
      const config = change(present)
      const fields = config.parents.flatMap((parent, index) => {
        const problem = parentProblem(tenant, id, parent)
        return problem === undefined ? [] : [{ field: `/parents/${index}`, problem }]
      })
      if (fields.length > 0) throw new Fault('invalid-input', { detail: 'The parents cannot be these', fields })
      if (config.transient) {
        const [child] = [...places.children({ ...config, tenant, id, revision: 0 })]
        if (child) {
          const problem = `it is a parent of ${child.id}, and would go with the last device of its own`
          throw new Fault('invalid-input', { fields: [{ field: '/transient', problem }] })
        }
      }
      return config
    }
  }

  function parentProblem(tenant: string, id: string, parent: string): string | undefined {
    const circle = places.circle(tenant, id, [parent])
    if (circle) return `would make a circle: ${circle.join(', ')}`
    const found = tree.find(tenant, parent)
    if (found === undefined) return `there is no config ${parent}`
    return found.transient ? `${parent} is transient: it goes with the last device that uses it` : undefined
  }

  /** What does not go together in a config with all that it inherits. */
  function warned(config: Config): { warnings?: string[] } {
    const chain = tree.chainOf(config.tenant, config)
    const warnings = parameterConflicts(flattenConfig([base, ...chain.map(({ raw }) => raw)]))
    return warnings.length > 0 ? { warnings: warnings.slice(0, maxNamed) } : {}
  }

  /** Fault `in-use` that names who has the config as a parent, and which devices are set to it. */
  async function refuseUsed(place: ConfigPlace, config: Config): Promise<void> {
    const scope = tenantsFrom(tenants, config.tenant)
    const children = (await configsWithParent(database, scope, config.id)).filter((child) => {
      const meant = tree.find(child.tenant, config.id)
      return meant === undefined || configKey(meant.tenant, meant.id) === configKey(config.tenant, config.id)
    })
    const users = [...devices.values()].filter(
      (device) =>
        device.id !== place.id && device.config === config.id && tree.find(device.tenant, config.id) === config,
    )
    if (children.length + users.length === 0) return
    const named = [
      ...children.map(({ id }) => ({ field: `/configs/${id}`, problem: 'has it as a parent' })),
      ...users.map(({ id }) => ({ field: `/devices/${id}`, problem: 'is set to it' })),
    ]
    const first = named.slice(0, 10).map(({ field }) => field.slice(1).replace('s/', ' '))
    const more = named.length > first.length ? ` and ${named.length - first.length} more` : ''
    throw new Fault('in-use', { detail: `It is used by ${first.join(', ')}${more}`, fields: named.slice(0, maxNamed) })
  }

  return { checked, warned, refuseUsed }
}
export type ConfigChecks = ReturnType<typeof createConfigChecks>
