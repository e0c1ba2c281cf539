import type { TenantTransaction } from '@strowger/database'
import type { CdrRecord, RatedCall } from '@strowger/rating'
import type { RatingSchema } from '../store/tables.ts'
import type { Names } from './call-row.ts'

/** Rates the records of one source by one state of the configuration. */
export interface Rater {
  /** Whose calls they may be. */
  readonly tenants: readonly string[]
  /** Tenants of which calls came after later ones that used the same allowances, and the first such instant. */
  readonly late: ReadonlyMap<string, number>
  begin(tx: TenantTransaction<RatingSchema>): Promise<RatingSession>
}

/** A record with whose it is and what it was rated to. */
export interface Rated {
  readonly call: RatedCall
  readonly tenant: string
  readonly names: Names
}

/** The ratings of one transaction: counters of allowances are read at its begin and written at its end. */
export interface RatingSession {
  /** Allowances are counted, so that calls must come in the order of their answer. */
  readonly isOrdered: boolean
  /**
   * `linkSeen`: whether another record of the same internal call was counted. The call that is given holds until the
   * next one is rated.
   */
  rate(record: CdrRecord, linkSeen: (link: string) => boolean): Rated
  /** Of what could not be rated: it belongs to the source’s tenant. */
  unrated(call: RatedCall): Rated
  finish(tx: TenantTransaction<RatingSchema>): Promise<void>
}
