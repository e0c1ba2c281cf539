import { type Bus, connectBus, ensureStreams } from '@strowger/bus'
import { catalogue } from '@strowger/schema'
import { createClock, createMetrics, type Log, silentLog, type Telemetry } from '@strowger/service'

/** A bus as a service has it, and what it counts. */
export interface TestBus {
  bus: Bus
  /** The metrics as Prometheus would read them. */
  metricsText(): Promise<string>
  /** Makes every stream, bucket and object store of the house, as `migrate` does. */
  makeStreams(): Promise<void>
  close(): Promise<void>
}

/** Connects to a test's NATS under the name of a service. */
export async function connectTestBus(
  url: string,
  name: string,
  options: { password?: string; log?: Log; telemetry?: Telemetry } = {},
): Promise<TestBus> {
  const metrics = createMetrics(name)
  const bus = await connectBus({
    servers: url,
    name,
    log: options.log ?? silentLog(),
    clock: createClock(),
    metrics,
    ...(options.telemetry ? { telemetry: options.telemetry } : {}),
    ...(options.password === undefined ? {} : { user: name, password: options.password }),
  })
  return {
    bus,
    metricsText: async () => (await metrics.render()).body,
    makeStreams: async () =>
      void (await ensureStreams(bus, [...catalogue.streams, ...catalogue.buckets, ...catalogue.objectStores])),
    async close() {
      await bus.close()
      metrics.close()
    },
  }
}
