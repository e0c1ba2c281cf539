import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { useBus } from '@strowger/bus'
import type { ServiceContext } from '@strowger/service'
import type { fail2banSettings } from './config.ts'
import { writeSecurityEvents } from './handlers/security-events.ts'
import { openLogFile } from './log-file.ts'

/** Composes fail2ban: everything is created here, its release beside it, and released with the context’s scope. */
export async function startFail2ban(context: ServiceContext<typeof fail2banSettings>): Promise<void> {
  const { settings, log, scope, health, metrics, telemetry } = context
  const bus = await useBus('fail2ban', context)
  mkdirSync(dirname(settings.FAIL2BAN_LOG_FILE), { recursive: true })
  const file = await scope.use(
    'log file',
    () => openLogFile(settings.FAIL2BAN_LOG_FILE),
    (opened) => opened.close(),
  )
  const lines = metrics.counter({ name: 'fail2ban_lines_total', help: 'Lines written to the security log' }).of({})
  const events = await scope.use(
    'events',
    () => writeSecurityEvents(bus, { file, lines, telemetry, log }),
    (reader) => reader.close(),
  )
  health.add('events', events.health)
}
