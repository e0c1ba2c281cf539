import { tasksStore, useBus, useReadModel } from '@strowger/bus'
import { eraseOperation, useDatabase } from '@strowger/database'
import {
  allTenants,
  eraseRating,
  type RatingItemKind,
  type RatingSource,
  rootTenantId,
  tasksBucket,
  tenantsBucket,
  tenantsFrom,
} from '@strowger/schema'
import { createTasks, type ServiceContext } from '@strowger/service'
import { watchAlarms } from './alarms/watch.ts'
import type { ratingSettings } from './config.ts'
import { createEngines } from './configuration/engines.ts'
import { answerAlarms } from './handlers/alarms.ts'
import { answerBatches } from './handlers/batches.ts'
import { answerCalls } from './handlers/calls.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerDecks } from './handlers/decks.ts'
import { answerItems } from './handlers/items.ts'
import { answerLeastCost } from './handlers/least-cost.ts'
import { answerProblems } from './handlers/problems.ts'
import { answerQuotes } from './handlers/quote.ts'
import { takeRecords } from './handlers/records.ts'
import { answerRuns } from './handlers/runs.ts'
import { answerSources } from './handlers/sources.ts'
import { answerTotals } from './handlers/totals.ts'
import { createExplanations } from './runs/explain.ts'
import { startRunRetention } from './runs/run-retention.ts'
import { createRuns } from './runs/runs.ts'
import { knownFormats, openFormat, requireShape } from './sources/formats.ts'
import { sourceKinds } from './sources/index.ts'
import { createRunningSources } from './sources/running-sources.ts'
import { failAbandonedRuns } from './store/runs.ts'
import type { RatingSchema } from './store/tables.ts'
import { cleanUnpublishedRuns } from './store/unpublished-runs.ts'

/** Composes rating: everything is created here, its release beside it, and released with the context’s scope. */
export async function startRating(context: ServiceContext<typeof ratingSettings>): Promise<void> {
  const { settings, log, clock, scope, health, metrics } = context
  const bus = await useBus('rating', context)
  const database = await useDatabase<RatingSchema>('rating', context, { publish: bus.publishRow, required: true })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  await tenants.ready

  const engines = createEngines({
    database,
    tenants,
    currency: settings.RATING_CURRENCY,
    zone: settings.RATING_ZONE,
  })
  const store = tasksStore(bus, tasksBucket)
  const tasks = await scope.use(
    'tasks',
    () => createTasks({ store, clock, log, owner: 'rating' }),
    (created) => created.close(),
  )
  const runs = await scope.use(
    'runs',
    () => createRuns({ database, tenants, engines, tasks, clock, log }),
    (created) => created.close(),
  )
  const keptDays = settings.RATING_RUN_RETENTION_DAYS
  await scope.use(
    'run retention',
    () =>
      startRunRetention({
        keptDays,
        clock,
        log,
        clean: (signal) => cleanUnpublishedRuns(database, { tenants: allTenants(tenants), keptDays, signal }),
      }),
    (started) => started.close(),
  )
  const counted = metrics.counter({ name: 'rating_records_total', help: 'Records stored', labels: ['outcome'] })
  const parts = {
    database,
    tenants,
    engines,
    kinds: sourceKinds,
    formats: knownFormats,
    clock,
    log,
    sliceRecords: settings.RATING_BATCH_RECORDS,
    onBatch: (_place: unknown, { added, duplicates }: { added: number; duplicates: number }) => {
      counted.of({ outcome: 'added' }).add(added)
      counted.of({ outcome: 'duplicate' }).add(duplicates)
    },
    onLate: runs.replayDue,
  }
  const running = await scope.use(
    'sources',
    () => createRunningSources(parts),
    (created) => created.close(),
  )
  const refresh = () =>
    void running.refresh().catch((error: unknown) => log.warn({ error }, 'sources could not be read anew; tried again'))
  const changed = (tenant: string, kind: RatingItemKind) => {
    runs.retryErrors(tenantsFrom(tenants, tenant))
    if (kind === 'source') refresh()
  }
  // A tenant that is new, a database that was away: what runs is made to agree again and again.
  const again = clock.every(10_000, () => running.refresh().catch(() => {}))
  scope.defer(async () => again.cancel())

  function check(kind: RatingItemKind, data: Readonly<Record<string, unknown>>): void {
    if (kind !== 'source') return
    const source = data as unknown as RatingSource
    openFormat(knownFormats, source)
    const found = sourceKinds.get(source.kind)
    if (found !== undefined) requireShape(found.settings, source.settings ?? {}, '/item/settings')
  }

  const explain = createExplanations({ engines, formats: knownFormats, clock })
  const records = await scope.use(
    'records',
    () => takeRecords(bus, parts),
    (reader) => reader.close(),
  )
  health.add('records', records.health)
  answerItems(bus, { database, tenants, engines, changed, check })
  answerSources(bus, { ...parts, running })
  const alarms = watchAlarms({ database, tenants, engines, clock, log, zone: settings.RATING_ZONE })
  scope.defer(async () => alarms.close())
  answerAlarms(bus, { database, tenants })
  answerBatches(bus, { database, tenants, replayDue: runs.replayDue })
  answerCalls(bus, { database, tenants, explain })
  answerDecks(bus, { database, engines, changed: (tenant) => changed(tenant, 'deck'), clock })
  answerQuotes(bus, { database, engines })
  answerLeastCost(bus, { database, engines, clock })
  answerRuns(bus, { database, tenants, runs })
  answerTotals(bus, { database, tenants })
  answerProblems(bus, { database, tenants })
  answerChangeSets(bus, {
    database,
    tenants,
    engines,
    changed() {
      engines.forget()
      changed(rootTenantId, 'source')
    },
  })
  await tasks.recover()
  await failAbandonedRuns(database, allTenants(tenants)).catch((error: unknown) => {
    log.warn({ error }, 'runs of before could not be looked at')
  })
  // What a process before this one had still to do.
  runs.retryErrors(allTenants(tenants))
  const erased = () => {
    engines.forget()
    refresh()
  }
  bus.reply(eraseRating, eraseOperation({ database, after: erased }))
  refresh()
}
