import { connectBus, readModel } from '@strowger/bus'
import { connectionFromSettings, createDatabase, createRelay } from '@strowger/database'
import {
  allTenants,
  devicesBucket,
  pluginsBucket,
  policiesBucket,
  renderedBucket,
  tenantsBucket,
} from '@strowger/schema'
import { runService } from '@strowger/service'
import { identificationSettings } from './config.ts'
import { createDeviceDirectory } from './device-directory.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { adoptDevicesOfDeletedTenants, recordWhatPhonesFetch } from './handlers/events.ts'
import { answerExplain } from './handlers/explain.ts'
import { answerIdentify } from './handlers/identify.ts'
import { answerPolicies } from './handlers/policies.ts'
import { answerDeviceQuestions } from './handlers/read-devices.ts'
import { answerDeviceChanges } from './handlers/write-devices.ts'
import { createPhoneRegistry } from './phone-registry.ts'
import { createRecognition } from './recognition.ts'

await runService('identification', identificationSettings, async (context) => {
  const { settings, log, clock, scope, health, metrics, telemetry } = context
  const bus = await scope.use(
    'bus',
    () => connectBus({ servers: settings.NATS_URL, user: settings.NATS_USER, password: settings.NATS_PASSWORD, name: 'identification', log, clock, metrics, telemetry }),
    (connected) => connected.close(),
  )
  const database = await scope.use(
    'database',
    () => createDatabase<DevicesSchema>({ connection: connectionFromSettings(settings), schema: 'devices', poolSize: settings.DATABASE_POOL_SIZE, log }),
    (opened) => opened.close(),
  )
  const relay = await scope.use(
    'relay',
    () => createRelay({ database, publish: relayPublisher(bus), log, metrics }),
    (started) => started.close(),
  )

  const devices = await scope.use('devices', () => readModel(bus, devicesBucket), (model) => model.close())
  const policies = await scope.use('policies', () => readModel(bus, policiesBucket), (model) => model.close())
  const plugins = await scope.use('plugins', () => readModel(bus, pluginsBucket), (model) => model.close())
  const rendered = await scope.use('rendered', () => readModel(bus, renderedBucket), (model) => model.close())
  const tenants = await scope.use('tenants', () => readModel(bus, tenantsBucket), (model) => model.close())
  health.add('bus', bus.health).add('database', awayIsNoted(database.health)).add('devices', devices.health)
  health.add('policies', policies.health).add('plugins', plugins.health).add('relay', awayIsNoted(relay.health))
