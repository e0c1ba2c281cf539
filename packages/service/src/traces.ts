export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

export interface Span {
  /** Adds a fact to the span. */
  set(name: string, value: string | number | boolean): void
}

export interface SpanOptions {
  kind?: SpanKind
  /**
   * W3C traceparent to continue (it came in a header, or inside an event's payload). Absent: the current span is the
   * parent, or a new trace begins.
   */
  traceparent?: string | undefined
  attributes?: Readonly<Record<string, string | number | boolean>>
}

/** Traces. Without an endpoint every method does nothing and costs nothing. */
export interface Telemetry {
  /** False: nothing is recorded; a busy way can skip what it would do for traces. */
  readonly enabled: boolean
  /** Runs `work` inside a span, which ends with it; an error is recorded and thrown on. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>
  /** W3C traceparent (Trace Context §3.2) of the current span, to be sent along. */
  traceparent(): string | undefined
  /** Sends what is still held. */
  close(): Promise<void>
}
