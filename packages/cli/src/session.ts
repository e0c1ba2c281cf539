import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitCodes, Failure } from './failure.ts'
import type { Surroundings } from './surroundings.ts'

/** Where the gateway is, and with which token it is asked. */
export interface Session {
  readonly url: string
  readonly token: string
  /** Of the token that a log-in made, to end it. */
  readonly id?: string
  /** What the log-in made; a log-in that was kept by an older version made a token. */
  readonly kind?: 'session' | 'token'
}

const localGateway = 'http://127.0.0.1:8080'

/**
 * In this order: --url with STROWGER_TOKEN, STROWGER_URL and STROWGER_TOKEN, the log-in that was kept, the local
 * administrator of the installation in this clone (or in STROWGER_HOME).
 */
export function findSession(around: Surroundings, given: { url?: string | undefined } = {}): Session {
  const { env } = around
  const kept = readLogIn(around)
  const local = localSession(around)
  const url = given.url ?? env['STROWGER_URL']
  if (env['STROWGER_TOKEN'])
    return { url: url ?? kept?.url ?? local?.url ?? localGateway, token: env['STROWGER_TOKEN'] }
  const fitting = [kept, local].find((session) => session && (url === undefined || sameServer(session.url, url)))
  if (fitting) return { ...fitting, url: url ?? fitting.url }
  if (url !== undefined) {
    throw new Failure(`There is no log-in for ${url}: strowger login ${url}, or set STROWGER_TOKEN`, exitCodes.usage)
  }
  throw new Failure(
    'Strowger has not been started here (make run), and there is no log-in elsewhere: strowger login URL',
    exitCodes.usage,
  )
}

function sameServer(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin
}

/** What `make run` has left: the administrator’s token and where the gateway listens. */
function localSession({ env, cloneRoot }: Surroundings): Session | undefined {
  const home = env['STROWGER_HOME'] ?? join(cloneRoot, '.strowger')
  const token = readText(join(home, 'secrets', 'admin-token'))?.trim()
  if (!token) return undefined
  const addresses = readJson<{ gateway?: string }>(join(home, 'run', 'addresses.json'))
  return { url: addresses?.gateway ?? localGateway, token }
}

function logInFile({ env, homeFolder }: Surroundings): string {
  return join(env['XDG_CONFIG_HOME'] ?? join(homeFolder, '.config'), 'strowger', 'login.json')
}

export function readLogIn(around: Surroundings): Session | undefined {
  const kept = readJson<Partial<Session>>(logInFile(around))
  if (!kept?.url || !kept.token) return undefined
  return {
    url: kept.url,
    token: kept.token,
    ...(kept.id === undefined ? {} : { id: kept.id }),
    ...(kept.kind === undefined ? {} : { kind: kept.kind }),
  }
}

/** Keeps a log-in where only this user can read it; answers the file. */
export function keepLogIn(around: Surroundings, session: Session): string {
  const file = logInFile(around)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify(session)}\n`, { mode: 0o600 })
  return file
}

export function forgetLogIn(around: Surroundings): void {
  rmSync(logInFile(around), { force: true })
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readText(file) ?? '') as T
  } catch {
    return undefined
  }
}
