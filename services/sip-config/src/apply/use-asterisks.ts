import type { ServiceContext } from '@strowger/service'
import type { sipConfigSettings } from '../config.ts'
import type { ApplyStates, DesiredObjects } from '../desired-object.ts'
import { asteriskAddresses } from './asterisk-addresses.ts'
import { type AsteriskStatus, createAsteriskWorker } from './asterisk-worker.ts'
import type { DriftReport } from './drift.ts'
import { memoryWriters } from './memory-profile.ts'

/** The Asterisks of this installation, as they are now. */
export interface Asterisks {
  status(): readonly AsteriskStatus[]
  /** Compares and repairs; undefined when there is no Asterisk of that id. */
  check(id: string): Promise<DriftReport> | undefined
}

/** Keeps every Asterisk of the settings as it is to be, until the service ends. An Asterisk that is away makes nobody unready. */
export function useAsterisks(
  context: Pick<ServiceContext<typeof sipConfigSettings>, 'settings' | 'scope' | 'metrics' | 'clock' | 'log'>,
  parts: { desired: DesiredObjects; states: ApplyStates },
): Asterisks {
  const { settings, scope, metrics, clock, log } = context
  const workers = new Map(
    asteriskAddresses(settings, settings.DEFAULT_ASTERISK_ID).map((address) => {
      const worker = createAsteriskWorker({
        address,
        ...parts,
        writersFor: memoryWriters,
        driftCheckMs: settings.DRIFT_CHECK_MS,
        clock,
        log,
      })
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
