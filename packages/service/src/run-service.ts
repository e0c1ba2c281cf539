import { writeFileSync } from 'node:fs'
import { type Clock, createClock } from './clock.ts'
import { collectGarbage } from './collect-garbage.ts'
import type { commonSettings } from './common-settings.ts'
import { createHealth, type Health, listenHealth } from './health.ts'
import { createLog, type Log } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createScope, type Scope } from './scope.ts'
import { readSettings, type SettingDefinitions, type Settings, SettingsFault } from './settings.ts'
import { createTelemetry } from './telemetry.ts'
import type { Telemetry } from './traces.ts'

/** What every service is given to stand on. */
export interface ServiceContext<D extends SettingDefinitions> {
  settings: Settings<D>
  log: Log
  clock: Clock
  scope: Scope
  health: Health
  metrics: Metrics
  telemetry: Telemetry
}

/**
 * The life of a service process: reads its settings, answers health, runs `start`, which creates everything with its
 * release beside it in `scope`, and waits for SIGTERM or SIGINT. Then everything is released in reverse and the
 * process exits 0. Faulty settings, a fault in `start` and an exception nobody caught are logged and exit 1.
 */
export async function runService<D extends typeof commonSettings & SettingDefinitions>(
  name: string,
  definitions: D,
  start: (context: ServiceContext<D>) => void | Promise<void>,
): Promise<void> {
  const settings = settingsOrExit(name, definitions)
  const common = settings as Settings<typeof commonSettings>
  const log = createLog({ service: name, level: common.LOG_LEVEL })
  const clock = createClock()
  const scope = createScope(log)
  const health = createHealth()
  const phase = createPhase(health)

  let ending: Promise<void> | undefined
  const end = (exitCode: number): Promise<void> => {
    ending ??= (async () => {
      phase.set('stopping')
      const overdue = clock.after(common.SHUTDOWN_DRAIN_MS, () => {
        log.warn({ drainMs: common.SHUTDOWN_DRAIN_MS }, 'work in flight did not end in time')
        process.exit(exitCode)
      })
      await scope.close()
      overdue.cancel()
      log.info({ exitCode }, 'stopped')
      process.exit(exitCode)
    })()
    return ending
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'stopping')
      void end(0)
    })
  }
  const die = (error: unknown) => {
    log.fatal({ error }, 'an error was caught by nobody')
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)

  try {
    const metrics = await scope.use(
      'metrics',
      () => createMetrics(name),
      (created) => created.close(),
    )
    const telemetry = await scope.use(
      'telemetry',
      () =>
        createTelemetry({
          service: name,
          endpoint: common.OTEL_EXPORTER_OTLP_ENDPOINT,
          sampleRatio: common.TRACE_SAMPLE_RATIO,
        }),
      (created) => created.close(),
    )
    const server = await scope.use(
      'health',
      () => listenHealth({ service: name, health, metrics, host: common.HEALTH_HOST, port: common.HEALTH_PORT }),
      (created) => created.close(),
    )
    if (common.HEALTH_PORT_FILE) writeFileSync(common.HEALTH_PORT_FILE, `${server.port}\n`)
    await start({ settings, log, clock, scope, health, metrics, telemetry })
    collectGarbage()
    phase.set('started')
    log.info({ healthPort: server.port, startedInMs: Math.round(clock.monotonicMs()) }, 'started')
  } catch (error) {
    if (ending) return
    log.fatal({ error }, 'could not start')
    await end(1)
  }
}

function settingsOrExit<D extends SettingDefinitions>(name: string, definitions: D): Settings<D> {
  try {
    return readSettings(definitions, process.env)
  } catch (error) {
    const problems = error instanceof SettingsFault ? error.problems : undefined
    createLog({ service: name }).fatal(problems ? { problems } : { error }, 'the settings are wrong')
    process.exit(1)
  }
}

/** The check that says that the service has not started yet, or is being stopped. */
function createPhase(health: Health): { set(phase: 'started' | 'stopping'): void } {
  let phase: 'starting' | 'started' | 'stopping' = 'starting'
  health.add('service', () => (phase === 'started' ? { ok: true } : { ok: false, reason: phase }))
  return {
    set(next) {
      phase = next
    },
  }
}
