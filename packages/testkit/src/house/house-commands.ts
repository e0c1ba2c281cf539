import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { cloneRoot } from '@strowger/local'
import type { House } from './start-house.ts'

export interface RestAnswer<Body> {
  readonly status: number
  readonly body: Body
}

/** Asks REST as the administrator, or with other headers. */
export async function askRest<Body = Record<string, unknown>>(
  house: House,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: { body?: object; token?: string; tenant?: string } = {},
): Promise<RestAnswer<Body>> {
  const { body, token = house.token(), tenant } = options
  const answer = await fetch(`${house.restUrl}/api/v1${path}`, {
    method,
    headers: {
      'x-auth-token': token,
      ...(tenant === undefined ? {} : { 'strowger-tenant': tenant }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await answer.text()
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as Body }
}

export interface Finished {
  readonly code: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs a program to its end, for 30 s at most. Does not reject when it fails. */
export function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...args],
      {
        cwd: cloneRoot,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
        encoding: 'buffer',
        timeout: 30_000,
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        resolve({ code, stdout, stderr: stderr.toString() })
      },
    )
  })
}

/** `./strowger` of this clone against a house; rejects when it fails. Resolves to what it printed. */
export async function strowger(house: House, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(join(cloneRoot, 'strowger'), args, { STROWGER_HOME: house.folder })
  if (code !== 0) throw new Error(`strowger ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout.toString()
}
