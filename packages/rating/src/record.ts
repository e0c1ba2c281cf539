/** What a source says of one call, before anything is concluded from it. Texts are as they stood in the source. */
export interface CdrRecord {
  /** Unique for the source, made by its format: the same call always has the same one. */
  readonly key: string
  /** Ties the records of one call: linkedid, global call id. Empty where the format has none. */
  readonly link: string
  readonly caller: string
  readonly called: string
  /** The number to which the source says the called one was ported; empty: it says nothing. */
  readonly ported: string
  readonly account: string
  /** Where the call came from and went to: channels, trunks, gateways, by the name the format gives. */
  readonly trunkIn: string
  readonly trunkOut: string
  readonly context: string
  /** Milliseconds since 1970, UTC. NaN: the source gave none. */
  readonly startMs: number
  readonly answerMs: number
  readonly endMs: number
  /** What the source says was answered, whole seconds or milliseconds of it. NaN: it says nothing. */
  readonly answeredMs: number
  readonly isAnswered: boolean
  /** The source's own word: `NO ANSWER`, `NORMAL_CLEARING`, `16`. */
  readonly disposition: string
  /** The amount the source states, as it stood. Empty: none. */
  readonly expectedCost: string
  /** Direction the source states. */
  readonly direction: Direction | ''
  /** Bits of `flags`. */
  readonly flags: number
  /** The native record, as bytes of the file (without the line end) or as JSON of the row. */
  readonly native: string
  /** Line in the file, from 1; 0 where there are no lines. */
  readonly line: number
}

export const directions = ['outgoing', 'incoming', 'internal', 'system'] as const
export type Direction = (typeof directions)[number]

/** A line that cannot be a record: where, and why. `column` counts fields from 1; 0 is the line as a whole. */
export interface LineFault {
  readonly line: number
  readonly column: number
  readonly reason: string
  /** The line, cut to 4,096 characters, with what is not text written as \xNN. */
  readonly native: string
}

export interface CdrSink {
  record(record: CdrRecord): void
  fault(fault: LineFault): void
}

/** Reads one stream of bytes. Nothing is kept but the line that is not complete yet, and of that at most 1 MiB. */
export interface CdrReader {
  push(bytes: Uint8Array): void
  /** The stream is over: what stands without a line end is a line. Not called for a file that still grows. */
  end(): void
  /** Bytes of the lines that are complete: where to go on after a restart (together with `line`). */
  readonly consumedBytes: number
  readonly line: number
}
