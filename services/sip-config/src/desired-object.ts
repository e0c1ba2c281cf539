import type { ObjectType } from '@strowger/sip'

export type { ObjectType } from '@strowger/sip'

/** One object that an Asterisk is to have. */
export interface DesiredObject {
  readonly type: ObjectType
  readonly id: string
  /** In order; both are texts, always (a number would end Asterisk’s process). Secrets are in clear. */
  readonly fields: readonly (readonly [option: string, value: string])[]
  /** Differs when type, id or any field does. */
  readonly digest: string
  /** uuid of the configuration (or transport) that caused it: on it is shown how the object was applied. */
  readonly configuration: string
  readonly tenant: string
}

export type ObjectsByType = ReadonlyMap<ObjectType, ReadonlyMap<string, DesiredObject>>

/** What changed for one Asterisk. An object that only moved to another one is removed here and changed there. */
export interface DesiredChange {
  readonly asteriskId: string
  /** New or different. */
  readonly changed: readonly DesiredObject[]
  readonly removed: readonly DesiredObject[]
  /** One of very many changes that came together: single ones go before it. */
  readonly isMass: boolean
  /** Of these there are more to come; the last one is told even when nothing is in it. */
  readonly hasMore: boolean
}

/** What each Asterisk is to have: held in memory and kept current. */
export interface DesiredObjects {
  /** All objects of one Asterisk; of one that nothing was assigned to, those that every Asterisk has. */
  desiredObjects(asteriskId: string): ObjectsByType
  /** Told after each change, once for all that changed together. Answers how to stop being told. */
  onChanged(listener: (change: DesiredChange) => void): () => void
}

/** How it went with one object in one Asterisk. */
export interface ApplyOutcome {
  readonly asteriskId: string
  readonly object: Pick<DesiredObject, 'type' | 'id' | 'configuration' | 'digest'>
  /** waiting: Asterisk goes by it only after what the reason says. */
  readonly state: 'applied' | 'waiting' | 'failed'
  /** Of what is not applied, for people to read. */
  readonly reason?: string
  /** UTC. */
  readonly at: string
}

/** Where the worker writes what came of it; shown with each configuration. */
export interface ApplyStates {
  record(outcomes: readonly ApplyOutcome[]): void
}
