/** Every record has one status, always. A record never disappears. */
export type CallStatus = 'rated' | 'error' | 'ignored' | 'superseded' | 'withdrawn'

/** Why a record is not rated, or what is remarkable about one that is. */
export const reasons = {
  parse_error: 'The line could not be read',
  bad_times: 'The call ends before it is answered, or is answered before it starts',
  implausible_duration: 'The call is longer than the source may have',
  future_time: 'The call ends in the future',
  bad_number: 'The number is of no kind that is known',
  no_owner: 'Neither the caller nor the called belongs to anybody',
  ambiguous_owner: 'Two owners have the same claim',
  no_plan: 'No node above the owner has a plan at that instant',
  no_rate: 'No row of the decks has this number at that instant',
  destination_closed: 'The row of the deck says that this destination is closed',
  no_vendor: 'The trunk of the call belongs to no vendor',
  currency_missing: 'There is no rate between two currencies for that day',
  bundle_conflict: 'Two allowances would take the same seconds',
  limit_exceeded: 'The amount is larger than can be stored',
  internal: 'Something went wrong inside; the record is tried again',
  zero_duration: 'Answered, but for no time: costs nothing',
  ignored_rule: 'A rule of the source says that such records are kept and not rated',
  duplicate_leg: 'Another record of the same internal call has been counted',
} as const satisfies Record<string, string>

export type Reason = keyof typeof reasons

/** What is remarkable about a record, as bits of one number. */
export const flags = {
  /** Local time in the hour that happens twice: the earlier instant was taken, unless the end decided. */
  dst_ambiguous: 1,
  /** Local time in the hour that does not happen: moved forward. */
  dst_skipped: 2,
  /** Answered for 0 s. */
  zero_duration: 4,
  /** The source's own answered time was believed against its instants. */
  source_duration: 8,
  /** The called number was ported; the ported form was rated. */
  ported: 16,
  /** A field was cut to what can be stored. */
  truncated: 32,
  /** It does not say when it ended. */
  no_end: 64,
} as const

export type Flag = keyof typeof flags

/** The names of the bits that are set. */
export function flagNames(bits: number): readonly Flag[] {
  return (Object.keys(flags) as Flag[]).filter((name) => (bits & flags[name]) !== 0)
}
