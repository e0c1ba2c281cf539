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

const noSpan: Span = { set() {} }

export function silentTelemetry(): Telemetry {
  return {
    enabled: false,
    span: (_name, _options, work) => work(noSpan),
    traceparent: () => undefined,
    close: async () => {},
  }
}

/**
 * Traces sent to an OTLP endpoint over HTTP, as `http://collector:4318`. The SDK costs 40 MB and 0.7 s of start, so
 * it is loaded here and only when there is an endpoint.
 */
export async function createTelemetry(options: {
  service: string
  endpoint?: string | undefined
  /** Which part of the traces that begin here is recorded, 0 to 1. A trace that came from elsewhere is continued. */
  sampleRatio?: number
}): Promise<Telemetry> {
  if (!options.endpoint) return silentTelemetry()
  const { createRecordingTelemetry } = await import('./telemetry-recording.ts')
  return createRecordingTelemetry({
    service: options.service,
    endpoint: options.endpoint,
    sampleRatio: options.sampleRatio ?? 1,
  })
}
