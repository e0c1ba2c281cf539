import type { Span, Telemetry } from './traces.ts'

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
