import { type Bus, useReadModel } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  type AppliedConfiguration,
  type Asterisk,
  type AsteriskCheck,
  asterisksBucket,
  wantedChecksBucket,
} from '@strowger/schema'
import { newUuid, type ServiceContext, SettingsFault } from '@strowger/service'
import type { sipConfigSettings } from '../config.ts'
import type { ApplyStates, DesiredObjects } from '../desired-object.ts'
import { createRealtimeRows } from '../store/realtime-rows.ts'
import type { SipSchema } from '../store/tables.ts'
import { isWritable } from './apply-order.ts'
import { asteriskAddresses } from './asterisk-addresses.ts'
import { asteriskView } from './asterisk-view.ts'
import { type AsteriskStatus, createAsteriskWorker } from './asterisk-worker.ts'
import { checkFrom, createChecks } from './checks.ts'
import { createFileWorker } from './file-worker.ts'
import { keepAsterisk } from './keep-asterisk.ts'
import { memoryWriters } from './memory-profile.ts'
import { type Key, keyFrom } from './object-writer.ts'
import { realtimeWriters } from './realtime-profile.ts'

/** The Asterisks of this installation, as they are now. */
export interface Asterisks {
  list(): readonly Asterisk[]
  /** Has whoever keeps it compare and repair it. Fault `unavailable` when nobody does within five minutes. */
  check(id: string, task: string, signal: AbortSignal): Promise<AsteriskCheck>
}

interface Parts {
  readonly bus: Bus
  readonly desired: DesiredObjects
  readonly states: ApplyStates
  /** What each Asterisk was given, by `<asterisk>/<configuration>`. */
  readonly applied: { entries(): Iterable<[string, AppliedConfiguration]> }
  readonly database: Pick<Database<SipSchema>, 'db'>
  /** Resolves when what is desired is all that there is: before, what is missing must not be removed from anywhere. */
  readonly isKnown: Promise<void>
}

type Context = ServiceContext<typeof sipConfigSettings>
type Settings = Context['settings']

/** Names of all Asterisks, and of the files of the profile `files`. Throws SettingsFault naming what is wrong. */
export function asteriskIds(settings: Settings): readonly string[] {
  const ids =
    settings.APPLY_PROFILE === 'files' && settings.ASTERISKS_FILE === undefined
      ? []
      : asteriskAddresses(settings, settings.DEFAULT_ASTERISK_ID).map(({ id }) => id)
  return settings.APPLY_PROFILE === 'files' && ids.length === 0 ? [settings.DEFAULT_ASTERISK_ID] : ids
}

/** Keeps every Asterisk of the settings as it is to be, until the service ends. An Asterisk that is away makes nobody unready. */
export async function useAsterisks(context: Context, parts: Parts): Promise<Asterisks> {
  const { settings, scope, metrics, clock, log } = context
  const { bus, desired, states, applied, database, isKnown } = parts
  if (settings.APPLY_PROFILE === 'files') return useFiles(context, parts)
  const profile = settings.APPLY_PROFILE
  const addresses = asteriskAddresses(settings, settings.DEFAULT_ASTERISK_ID)
  if (profile === 'realtime' && addresses.length > 1) {
    const problem = 'realtime is for one Asterisk: the tables have no place for what another one is to have'
    throw new SettingsFault([{ name: 'APPLY_PROFILE', problem }])
  }
  const told = await useReadModel(bus, asterisksBucket, context)
  const wanted = await useReadModel(bus, wantedChecksBucket, context)
  await Promise.all([told.ready, wanted.ready])
  const writersFor = profile === 'realtime' ? realtimeWriters(createRealtimeRows(database)) : memoryWriters
  const driftCheckMs = settings.DRIFT_CHECK_MS
  const me = newUuid()
  const bucket = bus.bucket(asterisksBucket)
  const kept = new Map(
    addresses.map((address) => {
      const { id } = address
      const asterisk = keepAsterisk({
        id,
        me,
        bucket,
        clock,
        log,
        start: () =>
          createAsteriskWorker({
            address,
            desired,
            states,
            former: () => formerObjects(applied.entries(), id),
            isKnown,
            writersFor,
            driftCheckMs,
            clock,
            log,
          }),
        describe: (worker) => asteriskView({ id, profile, status: worker?.status(), before: told.get(id) }),
      })
      scope.defer(() => asterisk.close())
      return [id, asterisk] as const
    }),
  )
  const checks = createChecks({ kept, told, wanted, bucket: bus.bucket(wantedChecksBucket), clock, log })
  scope.defer(() => checks.stop())

  const statuses = () => [...kept.values()].flatMap((each) => each.worker()?.status() ?? [])
  const count = (what: (each: AsteriskStatus) => number) => () => statuses().reduce((sum, each) => sum + what(each), 0)
  const gauge = (name: string, help: string, what: (each: AsteriskStatus) => number) =>
    metrics.observedGauge({ name, help }, count(what))
  gauge('asterisks_connected', 'Asterisks that are reached at the moment', ({ connected }) => (connected ? 1 : 0))
  gauge('sip_objects_wanted', 'Objects that Asterisks are to have', (each) => each.wanted)
  gauge('sip_objects_waiting', 'Objects that are not in Asterisk as they are to be', ({ waiting }) => waiting)
  gauge('sip_objects_refused', 'Objects that Asterisk did not take, and that are tried again', ({ failed }) => failed)

  function shown(id: string): Asterisk {
    const before = told.get(id)
    const status = kept.get(id)?.worker()?.status()
    const at = new Date(clock.now()).toISOString()
    if (status === undefined && before !== undefined) return before
    return { ...asteriskView({ id, profile, status, before }), keeper: status === undefined ? '' : me, at }
  }
  return { list: () => addresses.map(({ id }) => shown(id)), check: checks.ask }
}

function* formerObjects(applied: Iterable<[string, AppliedConfiguration]>, asteriskId: string): Generator<Key> {
  for (const [place, { objects }] of applied) {
    if (!place.startsWith(`${asteriskId}/`)) continue
    for (const text of objects) {
      const key = keyFrom(text)
      if (isWritable(key)) yield key
    }
  }
}

/** A file for each Asterisk of the settings; without any for the default one. Every replica writes its own. */
function useFiles({ settings, scope, clock, log }: Context, { desired, states, isKnown }: Parts): Asterisks {
  const file = settings.APPLY_FILE
  const ids = asteriskIds(settings)
  if (ids.length > 1 && !file.includes('{id}')) {
    const problem = 'needs {id} in it: several Asterisks cannot have one file'
    throw new SettingsFault([{ name: 'APPLY_FILE', problem }])
  }
  const workers = ids.map((asteriskId) => {
    const worker = createFileWorker({
      asteriskId,
      file: file.replaceAll('{id}', asteriskId),
      desired,
      states,
      isKnown,
      clock,
      log,
    })
    scope.defer(() => worker.close())
    return [asteriskId, worker] as const
  })
  const now = () => new Date(clock.now()).toISOString()
  return {
    list: () =>
      workers.map(([id, worker]) => {
        const { wanted, waiting, problem } = worker.status()
        const state = { connected: problem === undefined, ...(problem === undefined ? {} : { problem }) }
        return { id, profile: 'files', ...state, wanted, waiting, refused: 0, full_pushes: 0, keeper: '', at: now() }
      }),
    // The file is compared whenever it is written, and Asterisk’s objects are not ours.
    check: async () => checkFrom({ at: now(), compared: 0, differences: [] }),
  }
}
