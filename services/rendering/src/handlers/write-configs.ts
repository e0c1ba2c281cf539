import type { Bus } from '@strowger/bus'
import { type Database, type Person, personFrom } from '@strowger/database'
import {
  type Config,
  type ConfigInput,
  createConfig,
  type Device,
  deleteConfig,
  Fault,
  patchConfig,
  replaceConfig,
} from '@strowger/schema'
import { newId, type Seal } from '@strowger/service'
import type { ConfigChecks } from '../config-checks.ts'
import { type ConfigPlace, type ConfigPlaces, deviceParents } from '../config-place.ts'
import { type ConfigTree, configKey } from '../config-tree.ts'
import { configView } from '../config-view.ts'
import { dependentsOf } from '../dependents.ts'
import { checkedParameters, patchedParameters } from '../parameter-changes.ts'
import { openedSecrets, sealedSecrets } from '../secrets.ts'
import { type ConfigWrite, removeConfig, writeConfig } from '../store/configs.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

type Change = ConfigWrite['change']
/** Devices named in an answer; the number beside them is exact. */
const namedDevices = 100

export function answerConfigChanges(
  bus: Bus,
  parts: {
    database: Database<ProvisioningSchema>
    devices: { values(): Iterable<Device> }
    checks: ConfigChecks
    tree: ConfigTree
    places: ConfigPlaces
    seal: Seal
    applyLocal: (key: string, config: Config | undefined) => void
  },
): void {
  const { database, devices, checks, tree, places, seal, applyLocal } = parts

  async function concerned(place: ConfigPlace) {
    const dependents = await dependentsOf(tree, devices.values(), place)
    return { devices: dependents.slice(0, namedDevices).map(({ id }) => id), deviceCount: dependents.length }
  }

  async function write(
    writer: Person,
    place: ConfigPlace,
    change: Change,
    options: { ifRevision?: number | undefined; dryRun?: boolean | undefined; mustBeNew?: boolean },
  ) {
    const { tenant, id, present } = place
    if (options.dryRun) {
      if (options.ifRevision !== undefined && options.ifRevision !== present?.revision)
        throw new Fault('stale-revision')
      const config = { ...checks.checked(place, change)(present), tenant, id, revision: present?.revision ?? 0 }
      return { config: configView(config), applied: false, ...checks.warned(config), ...(await concerned(place)) }
    }
    const { ifRevision, mustBeNew = false } = options
    const checked = checks.checked(place, change)
    const config = await writeConfig(database, writer, { tenant, id, change: checked, ifRevision, mustBeNew })
    applyLocal(configKey(tenant, id), config)
    return { config: configView(config), applied: true, ...checks.warned(config), ...(await concerned(place)) }
  }

  /** The stored form of parameters that a person wrote. */
  function stored(raw: Readonly<Record<string, unknown>>, present: Config | undefined, place: ConfigPlace, at: string) {
    return sealedSecrets(checkedParameters(raw, at), present?.raw, place, seal)
  }

  function replacing(input: ConfigInput, place: ConfigPlace): Change {
    return (present) => ({
      parents: input.parents ?? (place.device && !present ? deviceParents : []),
      raw: stored(input.raw ?? {}, present, place, '/config/raw'),
      deletable: input.deletable ?? true,
      ...(input.transient === undefined ? {} : { transient: input.transient }),
      ...(input.role === undefined ? {} : { role: input.role }),
      ...(input.label === undefined ? {} : { label: input.label }),
    })
  }

  bus.reply(createConfig, async ({ config }, { context }) => {
    const writer = personFrom(context)
    const place = places.place(writer.tenantId, config.id ?? newId())
    if (place.present) throw new Fault('conflict', { detail: `There is a config ${place.id} already` })
    return write(writer, place, replacing(config, place), { mustBeNew: true })
  })

  bus.reply(replaceConfig, async ({ id, config, ...options }, { context }) => {
    const writer = personFrom(context)
    const place = places.place(writer.tenantId, id)
    return write(writer, place, replacing(config, place), options)
  })

  bus.reply(patchConfig, async ({ id, patch, ...options }, { context }) => {
    const writer = personFrom(context)
    const place = places.place(writer.tenantId, id)
    if (!place.present && !place.device)
      throw new Fault('not-found', { detail: `There is neither a config nor a device ${id}` })
    const change: Change = (present) => {
      const opened = openedSecrets(present?.raw ?? {}, place, seal)
      const parents = patch.parents ?? present?.parents ?? deviceParents
      const raw = stored(patchedParameters(opened, patch), present, place, '/patch/set')
      return { ...(present ?? { deletable: true }), parents, raw }
    }
    return write(writer, place, change, options)
  })

  bus.reply(deleteConfig, async ({ id, ifRevision, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const place = places.place(writer.tenantId, id)
    const { present } = place
    if (present === undefined) throw new Fault('not-found', { detail: `There is no config ${id}` })
    if (!present.deletable) throw new Fault('not-deletable', { detail: `The config ${id} is marked as not deletable` })
    await checks.refuseUsed(place, present)
    const affected = await concerned(place)
    if (dryRun) return { applied: false, ...affected }
    await removeConfig(database, writer, { tenant: place.tenant, id: place.id, ifRevision })
    applyLocal(configKey(place.tenant, place.id), undefined)
    return { applied: true, ...affected }
  })
}
