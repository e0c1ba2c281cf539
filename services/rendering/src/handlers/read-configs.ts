import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { flattenConfig } from '@strowger/render'
import {
  type Config,
  type Device,
  explainConfig,
  getConfig,
  listConfigs,
  type RawConfig,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { ConfigPlaces } from '../config-place.ts'
import type { Configs, ConfigTree } from '../config-tree.ts'
import { configView } from '../config-view.ts'
import { dependentsOf } from '../dependents.ts'
import { explainedParameters } from '../explain-config.ts'
import { parameterConflicts } from '../parameter-conflicts.ts'
import { maskedSecrets } from '../secrets.ts'

/** Configs are read from memory: what is shown is what files are rendered with. */
export function answerConfigQuestions(
  bus: Bus,
  parts: {
    configs: Configs
    devices: { values(): Iterable<Device> }
    tenants: Tenants
    tree: ConfigTree
    places: ConfigPlaces
    base: RawConfig
  },
): void {
  const { configs, devices, tenants, tree, places, base } = parts

  bus.reply(listConfigs, async (input, { context }) => {
    const { tenantId } = personFrom(context)
    const { search, limit = 100, offset = 0, order = 'id', direction = 'asc', recurse = false } = input
    const scope = new Set(recurse ? tenantsFrom(tenants, tenantId) : [tenantId])
    const wanted = search?.toLowerCase()
    const found = [...configs.values()].filter(
      ({ tenant, id, label }) =>
        scope.has(tenant) && (wanted === undefined || `${id} ${label ?? ''}`.toLowerCase().includes(wanted)),
    )
    const sign = direction === 'desc' ? -1 : 1
    found.sort((a, b) => {
      const [left, right] = [a[order] ?? '', b[order] ?? '']
      return (
        sign *
        (typeof left === 'number' && typeof right === 'number'
          ? left - right
          : String(left).localeCompare(String(right)))
      )
    })
    return { items: found.slice(offset, offset + limit).map((config) => configView(config)), total: found.length }
  })

  bus.reply(getConfig, async ({ id, view = 'own' }, { context }) => {
    const config = places.shown(personFrom(context).tenantId, id)
    const shown = configView(config, (await dependentsOf(tree, devices.values(), config)).length)
    if (view === 'own') return shown
    const raws = chainOf(config).map(({ raw }) => maskedSecrets(raw))
    return { ...shown, raw: flattenConfig([base, ...raws]) }
  })

  /** What a config is merged of. */
  function chainOf(config: Config): Config[] {
    return tree.chainOf(config.tenant, config)
  }

  bus.reply(explainConfig, async ({ id }, { context }) => {
    const { tenantId } = personFrom(context)
    const { device } = places.place(tenantId, id)
    const config = device === undefined ? places.shown(tenantId, id) : undefined
    const tenant = config?.tenant ?? device?.tenant ?? tenantId
    // Of a device: what it is rendered with, its own config or another.
    const used = device && tree.ofDevice(device)
    const chain = config ? chainOf(config) : (used?.chain ?? [])
    const masked = chain.map((link) => ({ config: link.id, tenant: link.tenant, raw: maskedSecrets(link.raw) }))
    const merged = flattenConfig([base, ...masked.map(({ raw }) => raw)])
    return {
      id: used?.id ?? id,
      tenant,
      chain: chain.map((link) => ({
        config: link.id,
        tenant: link.tenant,
        revision: link.revision,
        ...(link.label === undefined ? {} : { label: link.label }),
      })),
      parameters: explainedParameters([{ config: 'installation', raw: base }, ...masked], merged),
      missingParents: tree.missingIn(tenant, chain),
      problems: parameterConflicts(merged),
    }
  })
}
