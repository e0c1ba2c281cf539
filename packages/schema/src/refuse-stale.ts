import { Fault } from './errors.ts'

/**
 * Refuses what was decided on another revision of an object than there is; without `ifRevision` nothing is refused.
 * @param what as the sentence begins: `The device`
 * @throws Fault `stale-revision`
 */
export function refuseStale(what: string, revision: number, ifRevision: number | undefined): void {
  if (ifRevision === undefined || ifRevision === revision) return
  throw new Fault('stale-revision', { detail: `${what} is at revision ${revision}, not ${ifRevision}` })
}
