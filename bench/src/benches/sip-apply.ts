import { setTimeout as delay } from 'node:timers/promises'
import { createDynamicObjects, createHttpPipeline, type DynamicObjects } from '@strowger/asterisk'
import { createClock } from '@strowger/service'
import { type AnswerTimes, eventually, type RunningAsterisk } from '@strowger/testkit'
import { startSipProbe } from '../child.ts'
import { below, count, type Figure, milliseconds } from '../figure.ts'
import type { House } from '../house.ts'
import { latenciesFrom } from '../latencies.ts'
import { cpuMs } from '../machine.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'

const changes = 100
const laboratory = 'the laboratory’s push of 10,000 by type: 8.9–10.5 s (stored figure, other machine)'

interface Endpoint {
  readonly uuid: string
  readonly name: string
}

/** From a REST request to what a real Asterisk has, at several sizes, beside a module reload in the same Asterisk. */
export async function benchSipApply(
  house: House,
  asterisk: RunningAsterisk,
  sizes: readonly number[],
): Promise<Section> {
  const pipeline = createHttpPipeline({
    host: '127.0.0.1',
    port: asterisk.ariPort,
    username: 'strowger',
    password: asterisk.secret,
    clock: createClock(),
  })
  const objects = createDynamicObjects(pipeline)
  const figures: Figure[] = []
  try {
    let present = 0
    for (const size of sizes) {
      figures.push(...(await reloads(asterisk, size)))
      const importMs = await timed(() => importPeers(house, present, size))
      const peers = `${count(size - present)} peers of a sip.conf imported over REST, lines and endpoints committed`
      figures.push({ what: peers, ours: milliseconds(importMs) })
      present = size
      // New aors among many endpoints are Asterisk’s worst case: a start gives it all by type.
      figures.push(await fullPush(house, asterisk, size))
      figures.push(...(await singleChanges(house, asterisk, objects, size)))
      figures.push(...(await massChange(house, asterisk, objects, size)))
    }
  } finally {
    pipeline.close()
  }
  return {
    title: 'SIP configurations in a real Asterisk',
    notes: [
      'a SIP OPTIONS every 2 ms meanwhile, asked by a process of its own; silence is its longest wait',
      'accepted: Asterisk itself answers the new value over ARI, asked again and again from the request on',
    ],
    figures,
  }
}

/** What others do: the whole file, one password changed, read again by a module reload. */
async function reloads(asterisk: RunningAsterisk, size: number): Promise<Figure[]> {
  const conf = (password: string) =>
    Array.from({ length: size }, (_, number) => {
      const id = `file${number}`
      const auth = `[${id}]\ntype=auth\nusername=${id}\npassword=${number === 0 ? password : 'secret'}\n`
      const aor = `[${id}]\ntype=aor\nmax_contacts=1\nremove_existing=yes\n`
      return `[${id}]\ntype=endpoint\nallow=!all,ulaw\nauth=${id}\naors=${id}\nset_var=LINE=${number}\n${auth}${aor}`
    }).join('')
  asterisk.writePjsip('bench.conf', conf('first'))
  let reloadMs = 0
  const times = await probed(asterisk, async () => {
    reloadMs = await timed(async () => asterisk.writePjsip('bench.conf', conf('second')))
  })
  asterisk.writePjsip('bench.conf', '')
  const what = `${count(size)} endpoints: one password by module reload in this Asterisk, the command’s start in it`
  return [{ what, ours: '', peer: `${milliseconds(reloadMs)}, silence ${milliseconds(times.max)}` }]
}

async function importPeers(house: House, from: number, to: number): Promise<void> {
  const text = Array.from({ length: to - from }, (_, number) => {
    const name = `p${from + number}`
    return `[${name}]\ntype=friend\nhost=dynamic\nsecret=first\n`
  }).join('')
  const general = '[general]\ncontext=bench\n'
  const task = await house.rest<{ id: string }>('POST', '/sip/imports', { file: 'sip.conf', text: general + text })
  await house.untilTaskEnds(task)
}

async function fullPush(house: House, asterisk: RunningAsterisk, size: number): Promise<Figure> {
  const speed = await speedOf('http')
  await asterisk.restart()
  const cpuBefore = cpuMs(house.pid('sip-config'))
  const state = await eventually(
    async () => {
      const { items } = await house.rest<{ items: AsteriskState[] }>('GET', '/asterisks')
      const [one] = items
      if (!one?.connected || one.waiting > 0 || (one.last_full_push?.objects ?? 0) < 3 * size)
        throw new Error(`Asterisk has not everything: ${JSON.stringify(one)}`)
      return one
    },
    { timeoutMs: 300_000, intervalMs: 200 },
  )
  const tookMs = state.last_full_push?.duration_ms ?? 0
  const asteriskS = (asterisk.usage().cpuMs / 1_000).toFixed(1)
  const ownS = ((cpuMs(house.pid('sip-config')) - cpuBefore) / 1_000).toFixed(1)
  return {
    what: `${count(size)} endpoints: full push after a start (CPU: Asterisk ${asteriskS} s, sip-config ${ownS} s)`,
    ours: milliseconds(tookMs),
    ...(size === 10_000 ? { budget: below(tookMs, 13_700, '< 13.7 s', speed), peer: laboratory } : {}),
  }
}

interface AsteriskState {
  readonly connected: boolean
  readonly waiting: number
  readonly last_full_push?: { readonly duration_ms: number; readonly objects: number }
}

async function singleChanges(
  house: House,
  asterisk: RunningAsterisk,
  objects: DynamicObjects,
  size: number,
): Promise<Figure[]> {
  const { items } = await house.rest<{ items: Endpoint[] }>('GET', `/endpoints/sip?limit=${Math.min(size, changes)}`)
  const taken: number[] = []
  const speed = await speedOf('http')
  const silence = await probed(asterisk, async () => {
    for (let change = 0; change < changes; change++) {
      const endpoint = items[change % items.length]
      if (endpoint === undefined) throw new Error('there are no endpoints')
      const password = `changed-${size}-${change}`
      const body = {
        auth_section_options: [
          ['username', endpoint.name],
          ['password', password],
        ],
      }
      const begun = performance.now()
      const [accepted] = await Promise.all([
        untilAsterisk(objects, { type: 'auth', id: endpoint.name }, 'password', password),
        house.rest('PUT', `/endpoints/sip/${endpoint.uuid}`, body),
      ])
      taken.push(accepted - begun)
    }
  })
  const { p50, p99 } = latenciesFrom(taken)
  const isLargest = size === 10_000
  const what = `${count(size)} endpoints: a password over REST until Asterisk has it`
  return [
    {
      what: `${what}, p50`,
      ours: milliseconds(p50),
      ...(isLargest ? { budget: below(p50, 10, '< 10 ms', speed) } : {}),
    },
    {
      what: `${what}, p99`,
      ours: milliseconds(p99),
      ...(isLargest ? { budget: below(p99, 50, '< 50 ms', speed) } : {}),
    },
    silenceFigure('… SIP meanwhile', silence, isLargest),
  ]
}

async function massChange(
  house: House,
  asterisk: RunningAsterisk,
  objects: DynamicObjects,
  size: number,
): Promise<Figure[]> {
  const { items } = await house.rest<{ items: (Endpoint & { label: string | null })[] }>(
    'GET',
    '/endpoints/sip/templates?search=global',
  )
  const template = items.find(({ label }) => label === 'global')
  const { items: some } = await house.rest<{ items: Endpoint[] }>('GET', '/endpoints/sip?limit=1')
  const single = some[0]
  if (template === undefined || single === undefined) throw new Error('there is no template global')
  const shown = await house.rest<{ endpoint_section_options: [string, string][] }>(
    'GET',
    `/endpoints/sip/templates/${template.uuid}`,
  )
  const timeout = String(7_000 + (size % 999))
  const options = [
    ...shown.endpoint_section_options.filter(([option]) => option !== 'rtp_timeout'),
    ['rtp_timeout', timeout],
  ]
  const speed = await speedOf('http')
  let tookMs = 0
  let behindMs = 0
  const [own, theirs] = [cpuMs(house.pid('sip-config')), asterisk.usage().cpuMs]
  const times = await probed(asterisk, async () => {
    const begun = performance.now()
    await house.rest('PUT', `/endpoints/sip/templates/${template.uuid}`, { endpoint_section_options: options })
    // One single change in the midst of it.
    await delay(Math.min(1_000, size / 10))
    const password = `behind-${size}`
    const behind = performance.now()
    const [accepted] = await Promise.all([
      untilAsterisk(objects, { type: 'auth', id: single.name }, 'password', password),
      house.rest('PUT', `/endpoints/sip/${single.uuid}`, {
        auth_section_options: [
          ['username', single.name],
          ['password', password],
        ],
      }),
    ])
    behindMs = accepted - behind
    await eventually(async () => (await house.metric('sip-config', 'sip_objects_waiting')) === 0, {
      timeoutMs: 300_000,
      intervalMs: 100,
    })
    tookMs = performance.now() - begun
  })
  for (const number of [0, Math.floor(size / 2), size - 1]) {
    const fields = (await objects.get({ type: 'endpoint', id: `p${number}` })) ?? []
    const has = fields.find(([option]) => option === 'rtp_timeout')?.[1]
    if (has !== timeout) throw new Error(`endpoint p${number} has rtp_timeout ${has}`)
  }
  const isLargest = size === 10_000
  const ownS = ((cpuMs(house.pid('sip-config')) - own) / 1_000).toFixed(1)
  const theirS = ((asterisk.usage().cpuMs - theirs) / 1_000).toFixed(1)
  return [
    {
      what: `${count(size)} endpoints: a template of all changed, all applied (CPU: Asterisk ${theirS} s, sip-config ${ownS} s)`,
      ours: milliseconds(tookMs),
      ...(isLargest ? { budget: below(tookMs, 15_000, '< 15 s', speed) } : {}),
    },
    {
      what: '… one password changed meanwhile, until Asterisk has it',
      ours: milliseconds(behindMs),
      ...(isLargest ? { budget: below(behindMs, 50, '< 50 ms', speed) } : {}),
    },
    silenceFigure('… SIP meanwhile', times, isLargest),
  ]
}

function silenceFigure(what: string, { p50, p99, max, lost }: AnswerTimes, isLargest: boolean): Figure {
  const longest = lost > 0 ? 3_000 : max
  return {
    what: `${what}: p50 / p99 / longest`,
    ours: `${[p50, p99, max].map(milliseconds).join(' / ')}${lost > 0 ? `, ${lost} lost` : ''}`,
    ...(isLargest ? { budget: below(longest, 50, '< 50 ms') } : {}),
  }
}

/** When Asterisk says so; performance.now(). */
async function untilAsterisk(
  objects: DynamicObjects,
  key: { type: string; id: string },
  option: string,
  value: string,
): Promise<number> {
  const patienceMs = performance.now() + 60_000
  while (performance.now() < patienceMs) {
    const fields = await objects.get(key)
    if (fields?.some(([name, held]) => name === option && held === value)) return performance.now()
    await delay(1)
  }
  throw new Error(`Asterisk does not have ${option} of ${key.type} ${key.id} after a minute`)
}

async function probed(asterisk: RunningAsterisk, work: () => Promise<void>): Promise<AnswerTimes> {
  const probe = await startSipProbe(asterisk.sipPort)
  try {
    await work()
  } catch (error) {
    await probe.stop()
    throw error
  }
  // What is behind the last change belongs to it.
  await delay(100)
  return probe.stop()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
