import { createSharedTexts, useBus, useReadModel } from '@strowger/bus'
import { useDatabase } from '@strowger/database'
import {
  allTenants,
  compactRendered,
  type Device,
  defaultFloodLimits,
  devicesBucket,
  deviceTexts,
  floodBucket,
  type Line,
  linesBucket,
  pluginsBucket,
  policiesBucket,
  provisioningSecretsBucket,
  type Rendered,
  renderedBucket,
  renderedTexts,
  tenantsBucket,
  withSharedIdentity,
} from '@strowger/schema'
import { createSeal, createTenantKeys, readSealKeyRing, type ServiceContext } from '@strowger/service'
import type { identificationSettings } from './config.ts'
import { createDeviceDirectory } from './device-directory.ts'
import { startExpiry } from './expiry.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerDeviceAdmission } from './handlers/device-admission.ts'
import { answerErase } from './handlers/erase.ts'
import { adoptDevicesOfDeletedTenants, claimDevicesOfLines, recordWhatPhonesFetch } from './handlers/events.ts'
import { answerExplain } from './handlers/explain.ts'
import { answerFlood } from './handlers/flood.ts'
import { answerIdentify } from './handlers/identify.ts'
import { answerLearn } from './handlers/learn.ts'
import { answerPolicies } from './handlers/policies.ts'
import { answerDeviceQuestions } from './handlers/read-devices.ts'
import { answerUploads } from './handlers/uploads.ts'
import { answerDeviceChanges } from './handlers/write-devices.ts'
import { createKeyOwners } from './key-owners.ts'
import { createNewPhones } from './new-phones.ts'
import { createPhoneRegistry } from './phone-registry.ts'
import { startReadModelRepair } from './read-model-repair.ts'
import { createRecognition } from './recognition.ts'
import { createSightings } from './sightings.ts'
import { createSourceStanding } from './source-standing.ts'
import { storeSightings } from './store/expiring-devices.ts'
import { floodKey } from './store/flood-limits.ts'
import type { DevicesSchema } from './store/tables.ts'
import { removeOldUploads } from './store/uploads.ts'

const oldUploadsEveryMs = 6 * 3_600_000

/** Composes identification: everything is created here, its release beside it, and released with the context’s scope. */
export async function startIdentification(context: ServiceContext<typeof identificationSettings>): Promise<void> {
  const { settings, log, clock, scope, health, metrics } = context
  // Without it nobody can be given keys, nor is anything kept that phones send; an installation without needs none.
  const seal = settings.SEAL_KEYS_FILE === undefined ? undefined : createSeal(readSealKeyRing(settings.SEAL_KEYS_FILE))
  const bus = await useBus('identification', context)
  const database = await useDatabase<DevicesSchema>('devices', context, { publish: bus.publishRow, required: false })
  const plugins = await useReadModel(bus, pluginsBucket, context)
  const policies = await useReadModel(bus, policiesBucket, context)
  const secrets = await useReadModel(bus, provisioningSecretsBucket, context)
  const sharedOfDevice = createSharedTexts<Device>(deviceTexts)
  const sharedOfRendered = createSharedTexts<Rendered>(renderedTexts)
  const rendered = await useReadModel(bus, renderedBucket, context, {
    hold: (document: Rendered, id) => compactRendered(sharedOfRendered(document), id),
  })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const flood = await useReadModel(bus, floodBucket, context)
  const lines = await useReadModel(bus, linesBucket, context, { hold: ({ id, device }: Line) => ({ id, device }) })
  const devices = await useReadModel(bus, devicesBucket, context, {
    hold: (device: Device, id) => withSharedIdentity(sharedOfDevice(device), id),
  })

  const directory = createDeviceDirectory(devices.get)
  devices.subscribe((_id, after, before) => directory.change(before, after))
  const applyLocal = (id: string, device: Device | undefined) => devices.applyLocal(id, device)
  const recognition = createRecognition(plugins)
  await Promise.all([devices, plugins, policies, secrets, tenants, rendered, flood].map((model) => model.ready))
  const keysOf = createTenantKeys(seal, secrets)
  const keyOwners = createKeyOwners({ policies, secrets, devices, keysOf })
  const limits = () => flood.get(floodKey) ?? defaultFloodLimits
  const newPhones = createNewPhones({ limits, clock, log, metrics })

  const registry = await scope.use(
    'registry',
    () =>
      createPhoneRegistry({
        database,
        directory,
        applyLocal: (device) => applyLocal(device.id, device),
        get: devices.get,
        pluginFor: recognition.pluginFor,
        policies,
        maxWaiting: settings.UNKNOWN_PHONES_WAITING,
        newPhones,
        clock,
        log,
      }),
    (created) => created.close(),
  )
  const repair = startReadModelRepair({ database, devices, policies, tenants, registry, clock, log })
  scope.defer(() => repair.stop())

  const standing = createSourceStanding({
    directory,
    configOf: (device) => rendered.get(device)?.config,
    fetchedFrom: registry.fetchedFrom,
    limits,
    monotonicMs: clock.monotonicMs,
  })
  const sightings = await scope.use(
    'sightings',
    () => createSightings({ store: (ids, at) => storeSightings(database, ids, at), clock, log }),
    (created) => created.close(),
  )
  const expiry = startExpiry({ database, rendered, limits, applyLocal, clock, log })
  scope.defer(async () => expiry.stop())

  answerIdentify(bus, { recognition, registry, keyOwners, keysOf, standing, sightings, clock })
  answerLearn(bus, { recognition, registry, sightings })
  answerFlood(bus, {
    database,
    limits,
    applyLocal: (written) => flood.applyLocal(floodKey, written),
    newPhones,
    standing,
    expiry,
  })
  answerUploads(bus, { database, tenants, recognition, registry, keyOwners, keysOf, standing, seal, clock })
  const tidying = clock.every(oldUploadsEveryMs, () =>
    removeOldUploads(database, allTenants(tenants)).catch((error: unknown) => {
      log.warn({ error }, 'what phones sent long ago could not be removed; tried again later')
    }),
  )
  scope.defer(async () => tidying.cancel())
  answerExplain(bus, { recognition, directory })
  answerDeviceQuestions(bus, { database, tenants, rendered, registry })
  const idOfMac = (mac: string) => directory.find({ mac }, '')?.id
  answerDeviceChanges(bus, { database, tenants, rendered, plugins, lines, idOfMac, applyLocal })
  answerDeviceAdmission(bus, { database, tenants, rendered, keysOf, applyLocal })
  answerPolicies(bus, { database, policies, secrets, keysOf, seal, clock, devices })
  answerChangeSets(bus, { database, tenants })
  answerErase(bus, { database, applyLocal })
  const fetches = await scope.use(
    'fetches',
    () => recordWhatPhonesFetch(bus, database, clock, registry, standing),
    (reader) => reader.close(),
  )
  const lineEvents = await scope.use(
    'line events',
    () => claimDevicesOfLines(bus, database, devices, applyLocal),
    (reader) => reader.close(),
  )
  health.add('line events', lineEvents.health)
  const orphans = await scope.use(
    'orphans',
    () => adoptDevicesOfDeletedTenants(bus, database, applyLocal),
    (reader) => reader.close(),
  )
  health.add('fetches', fetches.health).add('orphans', orphans.health)
}
