import type { Database } from '@strowger/database'
import { type ServiceContext, SettingsFault } from '@strowger/service'
import type { sipConfigSettings } from '../config.ts'
import type { ApplyStates, DesiredObjects } from '../desired-object.ts'
import { createRealtimeRows } from '../store/realtime-rows.ts'
import type { SipSchema } from '../store/tables.ts'
import { asteriskAddresses } from './asterisk-addresses.ts'
import { type AsteriskStatus, createAsteriskWorker } from './asterisk-worker.ts'
import type { DriftReport } from './drift.ts'
import { createFileWorker } from './file-worker.ts'
import { memoryWriters } from './memory-profile.ts'
import { realtimeWriters } from './realtime-profile.ts'

/** The Asterisks of this installation, as they are now. */
export interface Asterisks {
  status(): readonly AsteriskStatus[]
  /** Compares and repairs; undefined when there is no Asterisk of that id. */
  check(id: string): Promise<DriftReport> | undefined
}

interface Parts {
  readonly desired: DesiredObjects
  readonly states: ApplyStates
  readonly database: Pick<Database<SipSchema>, 'db'>
  /** Resolves when what is desired is all that there is: before, what is missing must not be removed from anywhere. */
  readonly isKnown: Promise<void>
}

type Context = Pick<ServiceContext<typeof sipConfigSettings>, 'settings' | 'scope' | 'metrics' | 'clock' | 'log'>

/** Keeps every Asterisk of the settings as it is to be, until the service ends. An Asterisk that is away makes nobody unready. */
export function useAsterisks(context: Context, parts: Parts): Asterisks {
  const { settings, scope, metrics, clock, log } = context
  const { desired, states, database, isKnown } = parts
  if (settings.APPLY_PROFILE === 'files') return useFiles(context, parts)
  const addresses = asteriskAddresses(settings, settings.DEFAULT_ASTERISK_ID)
  if (settings.APPLY_PROFILE === 'realtime' && addresses.length > 1) {
    const problem = 'realtime is for one Asterisk: the tables have no place for what another one is to have'
    throw new SettingsFault([{ name: 'APPLY_PROFILE', problem }])
  }
  const writersFor =
    settings.APPLY_PROFILE === 'realtime' ? realtimeWriters(createRealtimeRows(database)) : memoryWriters
  const workers = new Map(
    addresses.map((address) => {
      const driftCheckMs = settings.DRIFT_CHECK_MS
      const worker = createAsteriskWorker({ address, desired, states, isKnown, writersFor, driftCheckMs, clock, log })
      scope.defer(() => worker.close())
      return [address.id, worker] as const
    }),
  )
  const status = () => [...workers.values()].map((worker) => worker.status())
  const count = (what: (each: AsteriskStatus) => number) => () => status().reduce((sum, each) => sum + what(each), 0)
  const gauge = (name: string, help: string, what: (each: AsteriskStatus) => number) =>
    metrics.observedGauge({ name, help }, count(what))
  gauge('asterisks_connected', 'Asterisks that are reached at the moment', ({ connected }) => (connected ? 1 : 0))
  gauge('sip_objects_wanted', 'Objects that Asterisks are to have', ({ wanted }) => wanted)
  gauge('sip_objects_waiting', 'Objects that are not in Asterisk as they are to be', ({ waiting }) => waiting)
  gauge('sip_objects_refused', 'Objects that Asterisk did not take, and that are tried again', ({ failed }) => failed)
  return { status, check: (id) => workers.get(id)?.check() }
}

/** A file for each Asterisk of the settings; without any for the default one. */
function useFiles({ settings, scope, clock, log }: Context, { desired, states, isKnown }: Parts): Asterisks {
  const file = settings.APPLY_FILE
  const named = settings.ASTERISKS_FILE === undefined ? [] : asteriskAddresses(settings, settings.DEFAULT_ASTERISK_ID)
  const ids = named.length === 0 ? [settings.DEFAULT_ASTERISK_ID] : named.map(({ id }) => id)
  if (ids.length > 1 && !file.includes('{id}')) {
    const problem = 'needs {id} in it: several Asterisks cannot have one file'
    throw new SettingsFault([{ name: 'APPLY_FILE', problem }])
  }
  for (const asteriskId of ids) {
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
  }
  return { status: () => [], check: () => undefined }
}
