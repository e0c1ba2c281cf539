import { join } from 'node:path'
import { makeCertificate } from './certificate.ts'
import { logs, reset, status, stop } from './commands.ts'
import { openHome } from './home.ts'
import { run } from './run.ts'
import { cloneRoot, services } from './services.ts'
import { type LocalSettings, readLocalSettings } from './settings.ts'
import { printStreams } from './stream-report.ts'

const print = (text: string) => void process.stdout.write(text)
const usage = `usage: node deploy/local/dist/main.js <command>

  run                    start everything, until Ctrl-C or "stop"
  stop                   stop it, drained
  status                 what runs, and how it is
  logs [name…] [-f]      the last lines of the logs
  streams                the streams of NATS and those who read them, as JSON
  certificate [name…]    make a CA, once, and a certificate by it for HTTPS towards phones
  reset                  remove all data (CONFIRM=yes)
`

const [command = 'help', ...rest] = process.argv.slice(2)
const settings = settingsOrExit()
const home = openHome(settings.STROWGER_HOME)

switch (command) {
  case 'run':
    process.exit(await runUntilSignal())
    break
  case 'stop':
    process.exit(await stop(home, print))
    break
  case 'status':
    process.exit(await status(home, print))
    break
  case 'logs': {
    const names = rest.filter((argument) => !argument.startsWith('-'))
    process.exit(await logs(home, names, names.length < rest.length, print))
    break
  }
  case 'streams':
    process.exit(await printStreams(home, print))
    break
  case 'certificate':
    process.exit(makeCertificate(home, rest, print))
    break
  case 'reset':
    process.exit(reset(home, process.env['CONFIRM'] === 'yes', print))
    break
  default:
    print(usage)
    process.exit(command === 'help' ? 0 : 2)
}

function runUntilSignal(): Promise<number> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // The second time somebody is in a hurry: our death is the children's signal to end (see `launch`).
      if (stopping.signal.aborted) process.exit(130)
      stopping.abort()
    })
  }
  return run({
    home,
    settings,
    services,
    scriptOf: (name) => join(cloneRoot, 'services', name, 'dist', 'main.js'),
    environment: process.env,
    print,
    stopping: stopping.signal,
  })
}

function settingsOrExit(): LocalSettings {
  try {
    return readLocalSettings(process.env)
  } catch (error) {
    print(`The settings are wrong:\n${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(2)
  }
}
