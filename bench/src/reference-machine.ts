import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureHttp, withNode } from './calibration.ts'
import { runLoad, startServer } from './child.ts'
import { count, type Figure, type Speed } from './figure.ts'
import type { UdpLoadResult } from './programs/udp-load.ts'
import type { Section } from './report.ts'

/**
 * What the machine the budgets were set on did, by the least that can be done of each kind. A budget is met "at this
 * machine's speed" when ours is as good a part of what this machine can do as the budget is of what that one did.
 */
const kinds = {
  cpu: { what: 'messages of 445 bytes decoded and parsed, one core (CPU)', reference: 461_000, measure: parsed },
  http: { what: 'bare node:http, an answer of five bytes, 64 in flight', reference: 69_000, measure: answered },
  tftp: {
    what: 'bare TFTP, a socket for each transfer of ten blocks of 512 bytes, 64 at once',
    reference: 7_800,
    measure: transferred,
  },
} as const
export type SpeedKind = keyof typeof kinds

const seconds = 2
const seen: { readonly kind: SpeedKind; readonly here: number }[] = []

/** Asked right before what it is compared with: a shared machine is not equally fast all day. */
export async function speedOf(kind: SpeedKind): Promise<Speed> {
  const { measure, reference } = kinds[kind]
  const here = await measure()
  seen.push({ kind, here })
  // A machine that is faster is held to the budgets as they are.
  return { kind, part: Math.min(1, here / reference) }
}

/** All that was measured of it in this run. */
export function machineSection(): Section {
  const figures = (Object.keys(kinds) as SpeedKind[]).flatMap((kind): Figure[] => {
    const figuresHere = seen.filter((each) => each.kind === kind).map(({ here }) => here)
    if (figuresHere.length === 0) return []
    const { what, reference } = kinds[kind]
    const [least, most] = [Math.min(...figuresHere), Math.max(...figuresHere)]
    return [
      {
        what: `${kind}: ${what}`,
        ours: `${count(least)} to ${count(most)}/s, measured ${figuresHere.length} times`,
        calibration: `${count(reference)}/s (stored figure, the machine the budgets were set on)`,
        ratio: figuresHere.reduce((sum, here) => sum + here, 0) / figuresHere.length / reference,
      },
    ]
  })
  const notes = ['each measured right before what is compared with it']
  return { title: 'This machine, beside the one the budgets were set on', notes, figures }
}

function parsed(): Promise<number> {
  const request = {
    transport: 'http',
    address: '192.0.2.17',
    path: '/001565123456.cfg',
    userAgent: 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56',
    headers: { accept: '*/*', connection: 'keep-alive', host: '192.0.2.1:8667' },
    receivedAt: '2026-01-01T00:00:00.000Z',
    requestId: '0190b0d4-5b1c-7f1e-8e5e-0123456789ab',
  }
  const message = new TextEncoder().encode(
    JSON.stringify({ ...request, filler: 'x'.repeat(445 - 13 - JSON.stringify(request).length) }),
  )
  const decoder = new TextDecoder()
  let best = 0
  for (let round = 0; round < 10; round++) {
    const before = process.cpuUsage()
    let turns = 0
    let spentUs = 0
    while (spentUs < (seconds * 1_000_000) / 10) {
      for (let turn = 0; turn < 1_000; turn++) if (JSON.parse(decoder.decode(message)).transport === 'http') turns++
      const { user, system } = process.cpuUsage(before)
      spentUs = user + system
    }
    best = Math.max(best, turns / (spentUs / 1_000_000))
  }
  return Promise.resolve(best)
}

async function answered(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'strowger-bench-'))
  const file = join(folder, 'hello')
  writeFileSync(file, 'hello')
  try {
    const load = { firstPhone: 0, phones: 1, seconds, asking: 'same' } as const
    return (await withNode(file, (target) => measureHttp(target, load))).perSecond
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function transferred(): Promise<number> {
  const server = await startServer('bare-tftp')
  const load = { port: server.port, firstPhone: 0, phones: 64, seconds, kind: 'tftp' }
  const { done, seconds: took } = await runLoad<UdpLoadResult>('udp-load', load).finally(server.stop)
  return done / took
}
