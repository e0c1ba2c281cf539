import type { BucketDefinition, ServiceName } from '@strowger/schema'
import type { commonSettings, ServiceContext } from '@strowger/service'
import { type Bus, connectBus } from './bus.ts'
import { type IndexedReadModel, readModel } from './read-model.ts'

type Context = Omit<ServiceContext<typeof commonSettings>, 'settings'> & {
  settings: Pick<ServiceContext<typeof commonSettings>['settings'], 'NATS_URL' | 'NATS_USER' | 'NATS_PASSWORD'>
}

/** The bus of a service: connected with its settings, released with its scope, watched by its health. */
export async function useBus(name: ServiceName, context: Context): Promise<Bus> {
  const { settings, log, clock, scope, health, metrics, telemetry } = context
  const bus = await scope.use(
    'bus',
    () =>
      connectBus({
        servers: settings.NATS_URL,
        user: settings.NATS_USER,
        password: settings.NATS_PASSWORD,
        name,
        log,
        clock,
        metrics,
        telemetry,
      }),
    (connected) => connected.close(),
  )
  health.add('bus', bus.health)
  return bus
}

/** A read model of a service, likewise. It is loading when this resolves. */
export async function useReadModel<Value, Held = Value>(
  bus: Bus,
  definition: BucketDefinition<Value>,
  { scope, health, metrics }: Pick<Context, 'scope' | 'health' | 'metrics'>,
  options: { hold?: (value: Value, key: string) => Held } = {},
): Promise<IndexedReadModel<Held, never>> {
  const model = await scope.use(
    definition.name,
    () => readModel<Value, never, Held>(bus, definition, options),
    (held) => held.close(),
  )
  const name = definition.name.toLowerCase()
  health.add(name, model.health)
  metrics.observedGauge({ name: `read_model_${name}_entries`, help: 'Entries held in memory' }, () => model.size)
  return model
}
