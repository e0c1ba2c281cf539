import type { RatingReason } from '@strowger/schema'

/** What a person does about a record that has this reason. */
export const hints: Readonly<Record<RatingReason, string>> = {
  none: '',
  parse_error:
    'The line does not have the format of its source: see the native record, or change the format of the source',
  bad_times: 'The clock of the exchange was stepped: end is before answer, or answer before start',
  implausible_duration: 'Longer than the source allows (maxDurationS): raise it when the call was that long',
  future_time: 'The call ends in the future: see to the clock or the zone of the source',
  bad_number:
    'The number has no international form by the rules of the source: give it a rewrite rule, country or area',
  no_owner: 'No node owns this account code, extension or trunk: add it to one, or let a rule of the source ignore it',
  ambiguous_owner: 'Two nodes own it equally at that time: end one of the assignments',
  no_plan: 'Neither the owner nor a node above it has a plan at that time',
  no_rate: 'No deck of the plan has a row for this number at that time',
  destination_closed: 'The deck closes this destination',
  no_vendor: 'No vendor has this trunk',
  currency_missing: 'A stored rate between these currencies is needed for that day',
  dst_ambiguous: 'The local time occurred twice that night',
  bundle_conflict: 'Two allowances cannot be put in order: give one another weight',
  limit_exceeded: 'The walk over the increments had too many steps: see the increments of the row',
  internal: 'See the log of the service',
  not_answered: '',
  zero_duration: '',
  ignored_rule: '',
  duplicate_leg: '',
}
