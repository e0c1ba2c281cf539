import { Fault, refuseStale } from '@strowger/schema'
import type { Ledger } from './ledger.ts'

/** As `Ledger.locked`. @throws Fault `not-found`, or `stale-revision` when it is not the one that was read. */
export async function held<K extends 'transport' | 'registrar'>(
  ledger: Ledger,
  kind: K,
  key: string,
  ifRevision: number | undefined,
) {
  const present = await ledger.locked(kind, key)
  if (present === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
  checkRevision(present, ifRevision)
  return present
}

export function checkRevision({ revision }: { revision: number }, ifRevision: number | undefined): void {
  refuseStale('It', revision, ifRevision)
}
