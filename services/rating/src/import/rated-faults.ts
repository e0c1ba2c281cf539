import {
  type CallDraft,
  type CdrRecord,
  createDraft,
  type LineFault,
  makeRecord,
  type RatedCall,
  type Reason,
} from '@strowger/rating'

/**
 * A line that is no record, as a record that says only where it stood; it is kept and shown like any other. Its key must
 * not tell how the file was cut into slices: after a crash it is cut anew, and the same line would be stored twice.
 * `times` tells apart faults of equal place and text within a slice, as of a source that has no lines.
 */
export function recordOfFault(fault: LineFault, file: string, times: number): CdrRecord {
  return makeRecord({
    key: `fault\n${file}\n${fault.line}\n${times}\n${fault.native}`,
    native: fault.native,
    line: fault.line,
  })
}

/** What is concluded from it: file, line, column and reason. */
export function ratedFault(fault: LineFault, file: string, nowMs: number): RatedCall {
  const place = fault.column === 0 ? `line ${fault.line}` : `line ${fault.line}, column ${fault.column}`
  return unratedCall('parse_error', `${file}, ${place}: ${fault.reason}`.slice(0, 300), nowMs)
}

export function failedRating(record: CdrRecord, part: string): RatedCall {
  const call = unratedCall('internal', part, record.startMs)
  call.flags = record.flags
  return call
}

function unratedCall(reason: Reason, part: string, atMs: number): CallDraft {
  const call = createDraft()
  call.status = 'error'
  call.reason = reason
  call.part = part
  call.atMs = atMs
  return call
}
