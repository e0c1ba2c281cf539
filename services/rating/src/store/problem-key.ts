import { sql } from '@strowger/database'
import { reasonNumbers } from '../import/call-row.ts'

/** Reasons whose detail names the record itself and nothing that records have in common. */
const ofOneRecord = ['bad_times', 'implausible_duration', 'future_time'].map((name) => reasonNumbers[name] ?? 0)

/** Of these it ends with the beginning of the number; a few digits more than a country has are enough. */
const ofNumbers = ['no_rate', 'destination_closed'].map((name) => reasonNumbers[name] ?? 0)
/** `Master.csv, line 12, column 10: ` before what is wrong with the line. */
const placeOfLine = String.raw`^.*?, line \d+(?:, column \d+)?: `
/** What the line itself says: from its first to its last quotation mark, which may be cut off. */
const quoted = '".*"|"[^"]*$'
const placeInLine = String.raw`(?: at|:)? (?:position|byte|character) \d+(?: \(line \d+ column \d+\))?`

/**
 * What records in error have in common beside source and reason, of a row with `reason` and `detail`: the number,
 * account or trunk that they wait for. Of lines that are no records what is wrong with them, without where they stand and
 * what they say: one fault of an exchange is one problem, however many lines it spoils. (Without parameters: a query
 * that groups by it must have it letter by letter wherever it selects it.)
 */
export const problemKey = sql.raw<string>(`case
  when reason in (${ofOneRecord.join(', ')}) then ''
  when reason = ${reasonNumbers['parse_error']} then regexp_replace(regexp_replace(regexp_replace(coalesce(detail, ''),
    '${placeOfLine}', ''), '${quoted}', '"…"'), '${placeInLine}', '')
  when reason in (${ofNumbers.join(', ')}) then regexp_replace(coalesce(detail, ''), '${String.raw`( \d{4})\d+$`}', '\\1…')
  else coalesce(detail, '') end`)
