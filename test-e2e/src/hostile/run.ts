import { randomInt } from 'node:crypto'
import { askRest, createPhone, eventually, type House } from '@strowger/testkit'
import { attackByDatagrams, attackByRequests, type Progress } from './attack.ts'
import { openSlowClients } from './slow-clients.ts'
import { askAndFallSilent, middle, timesOf } from './unacknowledged.ts'
import { memoryOf, metricOf, type Watched, watched } from './watch-house.ts'

/** How much of each; the full numbers are those of the issue. */
export interface Size {
  readonly datagrams: number
  readonly requests: number
  readonly unacknowledged: number
  readonly slowClients: number
  /** What a process may have at most; absent: `mostGrowthMiB`. */
  readonly mostMiB?: number
}
/**
 * For a million, the bound is what a container of each is granted: ten thousand real devices come of it, and at full
 * load node leaves garbage lie (of 300 MiB that identification had after 600,000 requests, 61 were held).
 */
export const fullSize: Size & { readonly mostMiB: number } = {
  datagrams: 1_000_000,
  requests: 1_000_000,
  unacknowledged: 10_000,
  slowClients: 2_000,
  mostMiB: 512,
}

export interface Finding {
  readonly what: string
  readonly result: string
  readonly holds: boolean
}

/** The default of ingress’s ANSWER_CACHE_BYTES. */
const answerCacheMiB = 96
/**
 * Nothing of ours grows beyond this, whatever is sent: caches at their bounds, five thousand new devices, and the garbage
 * that node leaves lie under load. What grows by a little with each request shows at a million of them.
 */
const mostGrowthMiB: Readonly<Record<Watched, number>> = {
  ingress: answerCacheMiB + 240,
  identification: 300,
  rendering: 300,
}

/** With settings a test can wait for. */
export const hostileSettings = { PHONE_HEADERS_TIMEOUT_MS: '3000', PHONE_REQUEST_TIMEOUT_MS: '3000' }

/** Attacks a running house in every way, and says of each whether it held. `say` is told of progress. */
export async function attackHouse(
  house: House,
  size: Size,
  options: { seed?: number; say: (line: string) => void },
): Promise<Finding[]> {
  const { seed = randomInt(1, 2 ** 31), say } = options
  const findings: Finding[] = []
  const find = (what: string, result: string, holds: boolean) => {
    findings.push({ what, result, holds })
    say(`${holds ? 'holds' : 'FAILS'}  ${what}: ${result}`)
  }
  say(`seed ${seed}`)
  const { httpPort, tftpPort } = house.phones
  const known = createPhone({ ports: house.phones, mac: '00:15:65:12:34:56', address: '127.0.4.1' })
  // Asterisk's account of unconfigured phones is told a moment after the first start, and stands in the file of every one.
  await eventually(async () => {
    const path = '/endpoints/sip?search=Phones%20that%20nobody%20has%20configured'
    const { body } = await askRest<{ items: { name: string; label: string | null }[] }>(house, 'GET', path)
    const [account] = body.items
    if (account === undefined) throw new Error('unconfigured phones have no account in Asterisk yet')
    const file = (await known.fetchHttp()).toString('latin1')
    if (!file.includes(account.name)) throw new Error(`the file of an unconfigured phone has no ${account.name} yet`)
  })
  const before = { processes: house.processes(), file: await known.fetchHttp(), memory: memoryOf(house) }
  const most = { ...before.memory }

  function progressOf(what: string, count: number): Progress {
    const [every, begun] = [Math.max(1, Math.floor(count / 10)), performance.now()]
    let next = every
    return async (sent) => {
      if (sent < next) return
      next += every
      const now = memoryOf(house)
      for (const name of watched) most[name] = Math.max(most[name], now[name])
      const perS = Math.round(sent / ((performance.now() - begun) / 1_000))
      const memory = watched.map((name) => `${name} ${now[name]}`).join(', ')
      say(`  ${sent.toLocaleString('en')} of ${count.toLocaleString('en')} ${what}, ${perS}/s; MiB: ${memory}`)
    }
  }

  async function isWell(after: string): Promise<void> {
    const [overHttp, overTftp] = [await known.fetchHttp(), await known.fetchTftp()]
    const isSame = overHttp.equals(before.file) && overTftp.equals(before.file)
    const result = isSame
      ? 'the same bytes'
      : `others: ${[...changedLines(overHttp, before.file), '->', ...changedLines(before.file, overHttp), '; TFTP', ...changedLines(overHttp, overTftp)]}`
    find(`after ${after}: a known phone gets its file, HTTP and TFTP`, result, isSame)
    const isAlive = JSON.stringify(house.processes()) === JSON.stringify(before.processes)
    find(`after ${after}: every process`, isAlive ? 'is the one it was' : 'is not', isAlive)
  }

  await attackByDatagrams({
    port: tftpPort,
    count: size.datagrams,
    seed,
    progress: progressOf('datagrams', size.datagrams),
  })
  await isWell(`${size.datagrams.toLocaleString('en')} datagrams`)
  await attackByRequests({
    port: httpPort,
    count: size.requests,
    seed,
    progress: progressOf('requests', size.requests),
  })
  await isWell(`${size.requests.toLocaleString('en')} requests`)
  // The others were no HTTP, or came behind one that ended its connection.
  const answered = await metricOf(house, 'ingress', 'phone_http_answers_total')
  find('… of them read as requests for files', answered.toLocaleString('en'), answered > size.requests / 2)
  for (const name of watched) {
    const bound = size.mostMiB ?? before.memory[name] + mostGrowthMiB[name]
    find(`memory of ${name}`, `${before.memory[name]} MiB, at most ${most[name]} of ${bound} MiB`, most[name] <= bound)
  }
  const cacheMiB = Math.round((await metricOf(house, 'ingress', 'answer_cache_bytes')) / 1_048_576)
  find('cache of answers', `${cacheMiB} MiB`, cacheMiB <= answerCacheMiB)

  await silentClients()
  await slowClients()
  await newPhones()
  return findings

  async function silentClients(): Promise<void> {
    const usual = middle(await timesOf(known, 60))
    const sending = askAndFallSilent({
      port: tftpPort,
      file: createPhone({ ports: house.phones, mac: '00:15:65:12:34:57', address: '127.0.4.2' }).file,
      count: size.unacknowledged,
      perSecond: 1_000,
      seed,
    })
    const state = { isSending: true }
    void sending.finally(() => {
      state.isSending = false
    })
    const times: number[] = []
    while (state.isSending) times.push(...(await timesOf(known, 1)))
    await sending
    times.sort((a, b) => a - b)
    const meanwhile = middle(times)
    const longest = times.at(-1) ?? 0
    const ratio = (meanwhile / usual).toFixed(2)
    const text = `${usual.toFixed(1)} ms, meanwhile ${meanwhile.toFixed(1)} ms (${ratio}×; ${times.length} fetches, longest ${longest.toFixed(0)} ms)`
    find(
      `${size.unacknowledged} TFTP requests never acknowledged: another phone’s file takes`,
      text,
      meanwhile <= 2 * usual,
    )
    find('… and it needed at most', `${known.counts.mostAttempts} attempts`, known.counts.failures === 0)
  }

  async function slowClients(): Promise<void> {
    const slow = await openSlowClients({
      port: httpPort,
      count: size.slowClients,
      addressOf: (index) => `127.62.${Math.floor(index / 250)}.${1 + (index % 250)}`,
    })
    try {
      const begun = performance.now()
      await known.fetchHttp()
      const waited = performance.now() - begun
      find(`${size.slowClients} slow clients: a phone waits`, `${waited.toFixed(0)} ms`, waited < 3_000)
      await eventually(() => slow.openNow() === 0 || false, { timeoutMs: 30_000, intervalMs: 100 })
      find('… they are cut off', `after ${((performance.now() - begun) / 1_000).toFixed(1)} s`, true)
    } finally {
      slow.close()
    }
  }

  /** The attack may have used up what unknown phones are allowed: an administrator lets them in again. */
  async function newPhones(): Promise<void> {
    const flood = await askRest<{ state: Record<string, number> }>(house, 'GET', '/flood')
    const { created, refusedPerSource, refusedInAll } = flood.body.state
    find('unknown phones', `${created} became devices, ${refusedPerSource} and ${refusedInAll} were refused`, true)
    await askRest(house, 'PATCH', '/flood', { body: { newPhones: 1_000_000, newPhonesPerSource: 100_000 } })
    const phone = createPhone({ ports: house.phones, mac: '00:15:65:f0:00:01', address: '127.0.4.3' })
    const bytes = await phone.fetchHttp()
    find('a new phone, once it may', `${bytes.length} bytes`, bytes.length > 1_000)
  }
}

function changedLines(before: Buffer, after: Buffer): string[] {
  const known = new Set(before.toString('latin1').split('\n'))
  return after
    .toString('latin1')
    .split('\n')
    .filter((line) => !known.has(line))
}
