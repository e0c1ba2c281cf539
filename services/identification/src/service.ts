import { useBus, useReadModel } from '@strowger/bus'
import { useDatabase } from '@strowger/database'
import {
  type Device,
  devicesBucket,
  pluginsBucket,
  policiesBucket,
  provisioningSecretsBucket,
  renderedBucket,
  tenantsBucket,
} from '@strowger/schema'
import { createSeal, createTenantKeys, readSealKeyRing, type ServiceContext } from '@strowger/service'
import type { identificationSettings } from './config.ts'
import { createDeviceDirectory } from './device-directory.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerDeviceAdmission } from './handlers/device-admission.ts'
import { adoptDevicesOfDeletedTenants, recordWhatPhonesFetch } from './handlers/events.ts'
import { answerExplain } from './handlers/explain.ts'
import { answerIdentify } from './handlers/identify.ts'
import { answerPolicies } from './handlers/policies.ts'
import { answerDeviceQuestions } from './handlers/read-devices.ts'
import { answerDeviceChanges } from './handlers/write-devices.ts'
import { createKeyOwners } from './key-owners.ts'
import { createPhoneRegistry } from './phone-registry.ts'
import { startReadModelRepair } from './read-model-repair.ts'
import { createRecognition } from './recognition.ts'
import type { DevicesSchema } from './store/tables.ts'

/** Composes identification: everything is created here, its release beside it, and released with the context’s scope. */
export async function startIdentification(context: ServiceContext<typeof identificationSettings>): Promise<void> {
  const { settings, log, clock, scope, health } = context
  // Without it nobody can be given keys; an installation that uses none needs none.
  const seal = settings.SEAL_KEYS_FILE === undefined ? undefined : createSeal(readSealKeyRing(settings.SEAL_KEYS_FILE))
  const bus = await useBus('identification', context)
  const database = await useDatabase<DevicesSchema>('devices', context, { publish: bus.publishRow, required: false })
  const plugins = await useReadModel(bus, pluginsBucket, context)
  const policies = await useReadModel(bus, policiesBucket, context)
  const secrets = await useReadModel(bus, provisioningSecretsBucket, context)
  const rendered = await useReadModel(bus, renderedBucket, context)
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const devices = await useReadModel(bus, devicesBucket, context)

  const directory = createDeviceDirectory(devices.get)
  devices.subscribe((_id, after, before) => directory.change(before, after))
  const applyLocal = (id: string, device: Device | undefined) => devices.applyLocal(id, device)
  const recognition = createRecognition(plugins)
  await Promise.all([devices, plugins, policies, secrets, tenants, rendered].map((model) => model.ready))
  const keysOf = createTenantKeys(seal, secrets)
  const keyOwners = createKeyOwners({ policies, secrets, devices, keysOf })

  const registry = await scope.use(
    'registry',
    () =>
      createPhoneRegistry({
        database,
        directory,
        applyLocal: (device) => applyLocal(device.id, device),
        get: devices.get,
        policies,
        maxWaiting: settings.UNKNOWN_PHONES_WAITING,
        clock,
        log,
      }),
    (created) => created.close(),
  )
  const repair = startReadModelRepair({ database, devices, policies, tenants, registry, clock, log })
  scope.defer(() => repair.stop())

  answerIdentify(bus, { recognition, registry, keyOwners, keysOf, clock })
  answerExplain(bus, { recognition, directory })
  answerDeviceQuestions(bus, { database, tenants, rendered })
  const idOfMac = (mac: string) => directory.find({ mac }, '')?.id
  answerDeviceChanges(bus, { database, tenants, rendered, plugins, idOfMac, applyLocal })
  answerDeviceAdmission(bus, { database, tenants, rendered, keysOf, applyLocal })
  answerPolicies(bus, { database, policies, secrets, keysOf, seal, clock })
  answerChangeSets(bus, { database, tenants })
  const fetches = await scope.use(
    'fetches',
    () => recordWhatPhonesFetch(bus, database, registry),
    (reader) => reader.close(),
  )
  const orphans = await scope.use(
    'orphans',
    () => adoptDevicesOfDeletedTenants(bus, database, applyLocal),
    (reader) => reader.close(),
  )
  health.add('fetches', fetches.health).add('orphans', orphans.health)
}
