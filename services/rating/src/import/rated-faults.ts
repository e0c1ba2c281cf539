import { type CdrRecord, type LineFault, nothingSaid, type RatedCall } from '@strowger/rating'

const nothing = {
  direction: '' as const,
  owner: '',
  billable: '',
  caller: '',
  called: '',
  calledKind: 'bad' as const,
  ported: '',
  answeredS: 0,
  runs: [],
  margin: null,
}

/**
 * A line that is no record, as a record that says only where it stood; it is kept and shown like any other. Its key must
 * not tell how the file was cut into slices: after a crash it is cut anew, and the same line would be stored twice.
 * `times` tells apart faults of equal place and text within a slice, as of a source that has no lines.
 */
export function recordOfFault(fault: LineFault, file: string, times: number): CdrRecord {
  return {
    ...nothingSaid,
    key: `fault\n${file}\n${fault.line}\n${times}\n${fault.native}`,
    native: fault.native,
    line: fault.line,
  }
}

/** What is concluded from it: file, line, column and reason. */
export function ratedFault(fault: LineFault, file: string, nowMs: number): RatedCall {
  const place = fault.column === 0 ? `line ${fault.line}` : `line ${fault.line}, column ${fault.column}`
  return {
    ...nothing,
    status: 'error',
    reason: 'parse_error',
    part: `${file}, ${place}: ${fault.reason}`.slice(0, 300),
    flags: 0,
    atMs: nowMs,
  }
}

export function failedRating(record: CdrRecord, part: string): RatedCall {
  return { ...nothing, status: 'error', reason: 'internal', part, flags: record.flags, atMs: record.startMs }
}
