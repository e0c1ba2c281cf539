import { spawnSync } from 'node:child_process'
import { outputOf } from './child.ts'
import type { Phone } from './phones.ts'

export interface WrkResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
}

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined
}

/** One thread of wrk, the file of one phone over keep-alive. */
export async function runWrk(load: {
  port: number
  phone: Phone
  inFlight: number
  seconds: number
}): Promise<WrkResult> {
  const { port, phone, inFlight, seconds } = load
  const url = `http://127.0.0.1:${port}/${phone.file}`
  const agent = `User-Agent: ${phone.userAgent}`
  return wrkResultFrom(await outputOf('wrk', ['-t1', `-c${inFlight}`, `-d${seconds}s`, '--latency', '-H', agent, url]))
}

const unitMs: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 }

/** Reads what `wrk --latency` prints. */
export function wrkResultFrom(output: string): WrkResult {
  const percentile = (part: number) => {
    const [, value = '0', unit = 'ms'] = new RegExp(`\\b${part}%\\s+([\\d.]+)(us|ms|s|m)\\b`).exec(output) ?? []
    return Number(value) * (unitMs[unit] ?? 1)
  }
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? 0)
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0)
  const broken = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output) ?? []
  const errors = broken.slice(1).reduce((sum, count) => sum + Number(count), refused)
  return { perSecond, p50Ms: percentile(50), p99Ms: percentile(99), errors }
}
