import { existsSync } from 'node:fs'
import { bucketSubject, type ReadModel, tasksStore, useBus, useReadModel } from '@strowger/bus'
import { eraseOperation, sql, useDatabase } from '@strowger/database'
import {
  type AppliedConfiguration,
  appliedBucket,
  devicesBucket,
  eraseSip,
  Fault,
  tasksBucket,
  tenantsBucket,
} from '@strowger/schema'
import { createSeal, createTasks, readSealKeyRing, type ServiceContext } from '@strowger/service'
import { asteriskIds, useAsterisks } from './apply/use-asterisks.ts'
import { createApplyStates } from './apply-states.ts'
import { createPhoneDialling } from './associate-by-code.ts'
import { keepAutoprovEndpoint } from './autoprov-endpoint.ts'
import type { sipConfigSettings } from './config.ts'
import { createConfigurationChecks } from './configuration-checks.ts'
import { createConfigurationWrites } from './configuration-writes.ts'
import { createDesiredState } from './desired-state.ts'
import { createDeviceLines } from './device-lines.ts'
import { useFastAgi } from './fastagi/use-fastagi.ts'
import { startFirstSteps } from './first-steps.ts'
import { answerAsterisks } from './handlers/asterisks.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerExtensions } from './handlers/extensions.ts'
import { answerFunctionKeys } from './handlers/function-keys.ts'
import { answerGeneral } from './handlers/general.ts'
import { answerLineAssociations } from './handlers/line-associations.ts'
import { answerLines } from './handlers/lines.ts'
import { answerMigration } from './handlers/migration.ts'
import { answerPjsipSections } from './handlers/pjsip-sections.ts'
import { answerConfigurationQuestions } from './handlers/read-configurations.ts'
import { answerRegistrars } from './handlers/registrars.ts'
import { answerServiceCodes } from './handlers/service-codes.ts'
import { followTenants, removeAllOf } from './handlers/tenants.ts'
import { answerTransports } from './handlers/transports.ts'
import { answerTrunks } from './handlers/trunks.ts'
import { answerConfigurationChanges } from './handlers/write-configurations.ts'
import { keepDesired } from './keep-desired.ts'
import { createView, useModels } from './models.ts'
import { createPhones } from './phones.ts'
import { createPicture } from './picture.ts'
import { createScopes } from './scope.ts'
import { createSipSecrets } from './secrets.ts'
import { createImportStore } from './store/imports.ts'
import { createLedgers } from './store/ledger.ts'
import type { SipSchema } from './store/tables.ts'
import { createUndoChecks } from './undo-checks.ts'

/** For how long an erasure waits for Asterisk to have let go of what it takes from it. */
const asteriskPatienceMs = 30_000

/** Composes sip-config: everything is created here, its release beside it, and released with the context’s scope. */
export async function startSipConfig(context: ServiceContext<typeof sipConfigSettings>) {
  const { settings, log, clock, scope, health } = context
  if (settings.SEAL_KEYS_FILE === undefined) throw new Fault('internal', { internal: 'SEAL_KEYS_FILE must be given' })
  const seal = createSeal(readSealKeyRing(settings.SEAL_KEYS_FILE))
  const bus = await useBus('sip-config', context)
  const database = await useDatabase<SipSchema>('sip', context, { publish: bus.publishRow, required: false })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const devices = await useReadModel(bus, devicesBucket, context)
  const models = await useModels(bus, context)
  await Promise.all([tenants.ready, devices.ready])

  const view = createView(models)
  scope.defer(() => view.stop())
  const secrets = createSipSecrets(seal)
  const picture = createPicture(view, secrets)
  const scopes = createScopes(tenants)
  const deviceLines = createDeviceLines({ secrets, seal })
  const checks = createConfigurationChecks({ tenants, secrets })
  const refuseUndone = createUndoChecks({ checks, secrets })
  const ledgers = createLedgers({ database, models, view, deviceLines, refuseUndone })
  const writes = createConfigurationWrites({ checks, secrets })
  const store = tasksStore(bus, tasksBucket)
  const tasks = await scope.use(
    'tasks',
    () => createTasks({ store, clock, log, owner: 'sip-config' }),
    (created) => created.close(),
  )

  const state = createDesiredState()
  const applied = await useReadModel(bus, appliedBucket, context)
  await applied.ready
  const applyStates = createApplyStates({
    desired: state,
    asterisks: asteriskIds(settings),
    clock,
    shared: {
      get: (key) => applied.get(key),
      subscribe: (listener) => applied.subscribe(listener),
      async put(states) {
        const subject = (key: string) => bucketSubject(appliedBucket, key)
        const written = states.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]))
        await bus.publishInOrder(
          written.map(({ key, value }) => ({ subject: subject(key), bytes: Buffer.from(JSON.stringify(value)) })),
        )
        const removed = states.filter(([, value]) => value === undefined)
        const headers = { 'KV-Operation': 'DEL' }
        for (const [key] of removed) await bus.publishRow(subject(key), new Uint8Array(0), { id: key, headers })
      },
    },
  })
  scope.defer(() => applyStates.close())
  const keeper = keepDesired({
    models,
    view,
    picture,
    secrets,
    state,
    defaultAsteriskId: settings.DEFAULT_ASTERISK_ID,
  })
  scope.defer(() => keeper.stop())

  const firstSteps = startFirstSteps({ database, ledgers, models, tenants, clock, log })
  scope.defer(() => firstSteps.stop())
  // Read models that NATS has lost are empty until they are filled again: no Asterisk is emptied by that.
  const isKnown = models.configuration.size > 0 ? Promise.resolve() : firstSteps.finished
  const kept = await useAsterisks(context, { bus, desired: state, states: applyStates, applied, database, isKnown })
  const phones = createPhones({ bus, devices, tasks, clock, log, untilApplied: applyStates.untilSettled })
  const parts = { database, ledgers, writes, picture, view, scopes, checks, secrets, tenants, devices, phones, models }
  const autoprov = keepAutoprovEndpoint({ ...parts, bus, seal, clock, log })
  scope.defer(() => autoprov.stop())
  const appliedTo = (uuid: string) => applyStates.of(uuid)
  answerConfigurationQuestions(bus, { ...parts, applied: ({ uuid }) => appliedTo(uuid) })
  answerConfigurationChanges(bus, parts)
  answerAsterisks(bus, { kept, scopes, tasks })
  answerTransports(bus, { ...parts, seal, applied: appliedTo })
  const advertisedHost = settings.ADVERTISED_SIP_HOST ?? settings.ADVERTISED_HOST
  answerRegistrars(bus, { ...parts, deviceLines, advertisedHost })
  answerPjsipSections(bus, { ...parts, applied: appliedTo })
  answerGeneral(bus, parts)
  answerLines(bus, parts)
  answerLineAssociations(bus, parts)
  answerExtensions(bus, parts)
  answerFunctionKeys(bus, parts)
  answerServiceCodes(bus, { ...parts, deviceLines })
  answerTrunks(bus, parts)
  answerChangeSets(bus, parts)
  const erase = eraseOperation({ database })
  bus.reply(eraseSip, async (input) => {
    if (input.dryRun) return erase(input)
    // By what each document tells the house when it goes; then what is left, and the history.
    const counted = await erase({ ...input, dryRun: true })
    const configurations = [...models.configuration.values()].filter(({ tenant }) => tenant === input.tenant)
    const left = objectsLeft(
      applied,
      configurations.map(({ uuid }) => uuid),
    )
    const objects = left()
    await removeAllOf(input.tenant, parts)
    await erase(input)
    // Of an Asterisk that is away they are taken when it is back.
    const endMs = clock.monotonicMs() + asteriskPatienceMs
    while (left() > 0 && clock.monotonicMs() < endMs) await clock.sleep(50)
    if (objects > 0) counted.removed['objects of Asterisk'] = objects - left()
    await sql`select release_contexts(${input.tenant}::uuid)`.execute(database.db)
    return counted
  })
  const offered = settings.SIP_IMPORT_FILE
  if (offered !== undefined && existsSync(offered) && models.line.size === 0)
    log.info(
      { file: offered },
      'a SIP configuration can be taken over: `strowger sip import --dry-run` shows what it becomes',
    )
  answerMigration(bus, {
    ...parts,
    desired: state,
    tasks,
    imports: createImportStore({ database, seal }),
    offered,
    defaultAsteriskId: settings.DEFAULT_ASTERISK_ID,
  })
  const reader = await scope.use(
    'tenant events',
    () => followTenants(bus, { ...parts, clock }),
    (started) => started.close(),
  )
  health.add('tenant events', reader.health)
  health.add('templates', () =>
    firstSteps.done || models.configuration.size > 0 ? { ok: true } : { ok: false, reason: 'not made yet' },
  )
  const dialling = createPhoneDialling(parts)
  await useFastAgi(context, { devices, dialling })
  await tasks.recover()
  return { desired: state, states: applyStates, dialling }
}

/** How many objects of these configurations the Asterisks still have, as far as they have told. */
function objectsLeft(applied: ReadModel<AppliedConfiguration>, configurations: readonly string[]): () => number {
  const wanted = new Set(configurations)
  const keys = [...applied.keys()].filter((key) => wanted.has(key.slice(key.lastIndexOf('/') + 1)))
  return () => keys.reduce((sum, key) => sum + (applied.get(key)?.objects.length ?? 0), 0)
}
