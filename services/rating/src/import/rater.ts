import type { TenantTransaction } from '@strowger/database'
import type { CdrRecord, RatedCall } from '@strowger/rating'
import type { RatingSchema } from '../store/tables.ts'
import type { Names } from './call-row.ts'

/** Rates the records of one source by one state of the configuration. */
export interface Rater {
  begin(tx: TenantTransaction<RatingSchema>): Promise<RatingSession>
}

/** The ratings of one transaction: counters of allowances are read at its begin and written at its end. */
export interface RatingSession {
  /** Allowances are counted, so that calls must come in the order of their answer. */
  readonly isOrdered: boolean
  rate(record: CdrRecord): RatedCall
  /** Whose call it is, by the owner that was found; the source’s tenant where there is none. */
  tenantOf(owner: string): string
  readonly names: Names
  finish(tx: TenantTransaction<RatingSchema>): Promise<void>
}
