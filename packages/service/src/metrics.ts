import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

type Labels<Names extends string> = Readonly<Record<Names, string>>

interface Parts<Names extends string> {
  /** Without the prefix `strowger_`. Counters end in `_total`, durations in `_seconds`, sizes in `_bytes`. */
  name: string
  help: string
  labels?: readonly Names[]
}

export interface CounterSeries {
  add(amount?: number): void
}
export interface GaugeSeries {
  set(value: number): void
}
export interface HistogramSeries {
  observe(value: number): void
}

/** A metric with its labels still open. `of` finds one series; keep what it returns on a busy way. */
export interface Family<Names extends string, Series> {
  of(labels: Labels<Names>): Series
}

/** Metrics of one process, in Prometheus's text format. The same name asked for twice gives the same metric. */
export interface Metrics {
  counter<Names extends string = never>(parts: Parts<Names>): Family<Names, CounterSeries>
  gauge<Names extends string = never>(parts: Parts<Names>): Family<Names, GaugeSeries>
  /** A gauge that is read when it is asked for. */
  observedGauge(parts: Parts<never>, read: () => number): void
  histogram<Names extends string = never>(
    parts: Parts<Names> & { buckets?: readonly number[] },
  ): Family<Names, HistogramSeries>
  /** Everything, as `/metrics` answers it. */
  render(): Promise<{ contentType: string; body: string }>
  close(): void
}

/** From 0.1 ms to 10 s: covers a bus hop and a slow file alike. */
const durationBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export function createMetrics(service: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  const families = new Map<string, unknown>()

  function once<T>(name: string, create: (fullName: string) => T): T {
    const known = families.get(name)
    if (known) return known as T
    const family = create(`strowger_${name}`)
    families.set(name, family)
    return family
  }

  const observedGauge = (parts: Parts<never>, read: () => number) => {
    once(parts.name, (name) => {
      return new Gauge({
        name,
        help: parts.help,
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    })
  }

  const loopDelay = monitorEventLoopDelay({ resolution: 20 })
  loopDelay.enable()
  observedGauge({ name: 'process_resident_memory_bytes', help: 'Memory of the process' }, () =>
    process.memoryUsage.rss(),
  )
  observedGauge({ name: 'process_heap_bytes', help: 'Of it, JavaScript objects in use, garbage included' }, () => {
    return process.memoryUsage().heapUsed
  })
  observedGauge({ name: 'process_cpu_seconds_total', help: 'CPU time of the process' }, () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  observedGauge({ name: 'event_loop_lag_seconds', help: 'The longest wait of the event loop since last asked' }, () => {
    const longestS = loopDelay.max / 1e9
    loopDelay.reset()
    return longestS
  })

  return {
    counter: (parts) =>
      once(parts.name, (name) => {
        const metric = new Counter({ name, help: parts.help, labelNames: parts.labels ?? [], registers: [registry] })
        return {
          of(labels) {
            const series = metric.labels(labels)
            return { add: (amount = 1) => series.inc(amount) }
          },
        }
      }),
    gauge: (parts) =>
      once(parts.name, (name) => {
        const metric = new Gauge({ name, help: parts.help, labelNames: parts.labels ?? [], registers: [registry] })
        return {
          of(labels) {
            const series = metric.labels(labels)
            return { set: (value) => series.set(value) }
          },
        }
      }),
    histogram: (parts) =>
      once(parts.name, (name) => {
        const metric = new Histogram({
          name,
          help: parts.help,
          labelNames: parts.labels ?? [],
          buckets: [...(parts.buckets ?? durationBuckets)],
          registers: [registry],
        })
        return {
          of(labels) {
            const series = metric.labels(labels)
            return { observe: (value) => series.observe(value) }
          },
        }
      }),
    observedGauge,
    async render() {
      return { contentType: registry.contentType, body: await registry.metrics() }
    },
    close: () => loopDelay.disable(),
  }
}
