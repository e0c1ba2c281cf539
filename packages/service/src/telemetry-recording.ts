import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node'
import type { Telemetry, SpanKind as TelemetrySpanKind } from './traces.ts'

const kinds: Record<TelemetrySpanKind, SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

/** The OpenTelemetry SDK behind `Telemetry`. Imported only when traces are wanted. */
export function createRecordingTelemetry(options: {
  service: string
  endpoint: string
  sampleRatio: number
}): Telemetry {
  const exporter = new OTLPTraceExporter({ url: `${options.endpoint.replace(/\/$/, '')}/v1/traces` })
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': options.service }),
    autoDetectResources: false,
    instrumentations: [],
    sampler: new tracing.ParentBasedSampler({ root: new tracing.TraceIdRatioBasedSampler(options.sampleRatio) }),
    spanProcessors: [new tracing.BatchSpanProcessor(exporter, { scheduledDelayMillis: 1_000 })],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  const tracer = trace.getTracer('strowger')

  return {
    enabled: true,
    span(name, { kind = 'internal', traceparent, attributes }, work) {
      const parent = traceparent ? propagation.extract(context.active(), { traceparent }) : context.active()
      return tracer.startActiveSpan(
        name,
        { kind: kinds[kind], attributes: { ...attributes } },
        parent,
        async (span) => {
          try {
            return await work({ set: (key, value) => span.setAttribute(key, value) })
          } catch (error) {
            span.setStatus({
              code: SpanStatusCode.ERROR,
              message: error instanceof Error ? error.message : String(error),
            })
            throw error
          } finally {
            span.end()
          }
        },
      )
    },
    traceparent() {
      const carrier: { traceparent?: string } = {}
      propagation.inject(context.active(), carrier)
      return carrier.traceparent
    },
    close: () => sdk.shutdown(),
  }
}
