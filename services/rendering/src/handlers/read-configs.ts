import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { type Device, getConfig, listConfigs, type Tenants, tenantsFrom } from '@strowger/schema'
import type { ConfigPlaces } from '../config-place.ts'
import type { Configs, ConfigTree } from '../config-tree.ts'
import { configView } from '../config-view.ts'
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
    merged: (raws: readonly Record<string, unknown>[]) => Record<string, unknown>
  },
): void {
  const { configs, devices, tenants, tree, places, merged } = parts

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
    const shown = configView(config, tree.dependents(devices.values(), config).length)
    if (view === 'own') return shown
    const chain = tree.chainOf(config.tenant, config).map(({ raw }) => maskedSecrets(raw))
    return { ...shown, raw: merged(chain) }
  })
}
