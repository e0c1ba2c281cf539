import { once } from 'node:events'
import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@strowger/testkit'
import { atLeast, below, count, type Figure, megabytes, milliseconds, perSecond } from '../figure.ts'
import { cloneRoot, type House } from '../house.ts'
import { latenciesFrom } from '../latencies.ts'
import { cpuMs, memoryOf } from '../machine.ts'
import type { Section } from '../report.ts'

/** Of a repeatable run: Numerical Recipes’ generator. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}

const organisations = 5_000
const peer = 'Asterisell states 8,500/s (4 cores), CGRateS 50,000/s (another kind of request)'

/** Prefixes as a deck of the world has them: 12 calling codes, up to seven digits more. */
function deckOf(rows: number, factor: number): { text: string; prefixes: string[] } {
  const random = createRandom(7)
  const codes = ['1', '7', '20', '27', '30', '31', '33', '34', '39', '44', '49', '91']
  const prefixes = new Set<string>(codes)
  while (prefixes.size < rows) {
    const code = codes[Math.floor(random() * codes.length)] ?? '39'
    const length = 2 + Math.floor(random() * 6)
    prefixes.add(code + String(Math.floor(random() * 10 ** length)).padStart(length, '0'))
  }
  const lines = [...prefixes].map((prefix) => {
    const price = (Math.round((0.005 + random() * 0.2) * factor * 1e6) / 1e6).toFixed(6)
    return `${prefix},to ${prefix},${price},${random() < 0.2 ? '30,6' : '1,1'}`
  })
  return { text: lines.join('\n'), prefixes: [...prefixes] }
}

const mapping = { columns: { prefix: 1, name: 2, price: 3, first: 4, next: 5 } }

async function importDeck(house: House, id: string, text: string): Promise<number> {
  const begun = performance.now()
  const upload = await house.rest<{ id: string }>('POST', '/rating/uploads', { name: `${id}.csv` })
  const bytes = Buffer.from(text)
  const partBytes = 262_144
  for (let place = 0; place * partBytes < bytes.length; place += 1) {
    const base64 = bytes.subarray(place * partBytes, (place + 1) * partBytes).toString('base64')
    await house.rest('PUT', `/rating/uploads/${upload.id}/parts/${place}`, { base64 })
  }
  await house.rest('POST', `/rating/decks/${id}/import`, {
    name: `${id}.csv`,
    upload: upload.id,
    mapping,
    acceptLoss: true,
  })
  return performance.now() - begun
}

async function prepare(house: House, folder: string, rows: number): Promise<{ prefixes: string[]; deckMs: number }> {
  const deck = (id: string) =>
    house.rest('POST', '/rating/decks', { id, name: id, currency: 'EUR', zone: 'Europe/Rome' })
  await deck('cost')
  await deck('income')
  const cost = deckOf(rows, 1)
  await importDeck(house, 'cost', cost.text)
  const deckMs = await importDeck(house, 'income', deckOf(rows, 1.4).text)
  await house.rest('POST', '/rating/plans', { id: 'plan', name: 'Plan', currency: 'EUR', decks: [{ deck: 'income' }] })
  const vendor = {
    id: 'one',
    name: 'One',
    currency: 'EUR',
    trunks: [{ pattern: 'PJSIP/one*' }],
    decks: [{ decks: ['cost'] }],
  }
  await house.rest('POST', '/rating/vendors', vendor)
  const claims = Array.from({ length: organisations }, (_, n) => ({ kind: 'account', pattern: `acct${n}` }))
  await house.rest('POST', '/rating/nodes', {
    id: 'all',
    name: 'All',
    parents: [{ parent: null }],
    plans: [{ plan: 'plan' }],
    billable: [{ billable: true }],
    claims,
  })
  const numbers = {
    country: 'IT',
    callingCode: '39',
    internationalPrefixes: ['00'],
    nationalPrefix: '0',
    keepsNationalPrefix: true,
    shortNumbers: ['112'],
  }
  await house.rest('POST', '/rating/sources', {
    id: 'pbx',
    kind: 'folder',
    format: 'asterisk-csv',
    formatSettings: { zone: 'UTC' },
    settings: { folder, files: 'Master.csv', pollMs: 50 },
    numbers,
  })
  return { prefixes: cost.prefixes, deckMs }
}

/** Master.csv of a month: answered 62 %, 0.5 % of the lines twice. */
async function writeCalls(file: string, calls: number, prefixes: readonly string[]): Promise<void> {
  const random = createRandom(11)
  const stream = createWriteStream(file)
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  for (let n = 0; n < calls; n += 1) {
    const startMs = Date.UTC(2026, 9, 1) + Math.floor((n / calls) * 30 * 86_400_000)
    const isAnswered = random() < 0.62
    const seconds = isAnswered ? 1 + Math.floor(-Math.log(1 - random()) * 180) : 0
    const number =
      (prefixes[Math.floor(random() * prefixes.length)] ?? '39') + String(Math.floor(random() * 1e5)).padStart(5, '0')
    const account = `acct${Math.floor(random() ** 3 * organisations)}`
    const times = isAnswered
      ? `"${time(startMs)}","${time(startMs + 6_000)}","${time(startMs + 6_000 + seconds * 1_000)}",${seconds + 6},${seconds},"ANSWERED"`
      : `"${time(startMs)}",,"${time(startMs + 6_000)}",6,0,"NO ANSWER"`
    const line = `"${account}","2${n % 90}","00${number}","office","""A"" <201>","PJSIP/201-0000${n % 97}","PJSIP/one-${n % 89}","Dial","PJSIP/one/sip:x,,30",${times},"DOCUMENTATION","${1_790_000_000 + n}.${n}","","","${1_790_000_000 + n}.${n}",${n}\n`
    if (!stream.write(n % 200 === 199 ? line + line : line)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}

/** From a file to committed rated rows, decks, rating again and quotes. */
export async function benchRating(house: House, calls: number, deckRows: number): Promise<Section> {
  const folder = join(cloneRoot, '.strowger', 'bench-cdr')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { prefixes, deckMs } = await prepare(house, folder, deckRows)
  const draft = join(folder, 'draft')
  await writeCalls(draft, calls, prefixes)
  const figures: Figure[] = [
    {
      what: `${count(deckRows)} prefixes sent, checked against the other deck, committed and live`,
      ours: milliseconds(deckMs),
      budget: below(deckMs, 5_000, '< 5 s'),
      peer: 'CGRateS users: 10-90 min for 170,000',
    },
  ]
  const cpuBefore = cpuMs(house.pid('rating'))
  const begun = performance.now()
  renameSync(draft, join(folder, 'Master.csv'))
  await eventually(
    async () => {
      const stored = await house.countRows('rating.call')
      if (stored < calls) throw new Error(`${stored} of ${calls}`)
    },
    { timeoutMs: 600_000, intervalMs: 100 },
  )
  const seconds = (performance.now() - begun) / 1_000
  const cpuEach = ((cpuMs(house.pid('rating')) - cpuBefore) * 1_000) / calls
  const rate = calls / seconds
  figures.push(
    {
      what: `${count(calls)} lines of Master.csv to committed rated rows`,
      ours: perSecond(rate),
      budget: atLeast(rate, 60_000),
      peer,
    },
    { what: '… CPU a call: rating', ours: `${cpuEach.toFixed(1)} µs` },
    {
      what: '… memory of rating',
      ours: megabytes(memoryOf(house.pid('rating')).rss),
      budget: below(memoryOf(house.pid('rating')).rss, 2 ** 30, '< 1 GiB'),
    },
  )
  const rerateBegun = performance.now()
  const { task } = await house.rest<{ task: { id: string } }>('POST', '/rating/runs', { scope: {}, reason: 'bench' })
  await house.untilTaskEnds(task)
  const rerateS = (performance.now() - rerateBegun) / 1_000
  const budgetS = (15 * calls) / 1_000_000
  figures.push({
    what: `… rated again, with sums and hash`,
    ours: `${rerateS.toFixed(1)} s`,
    budget: below(rerateS, budgetS, `< ${budgetS.toFixed(1)} s (15 s a million)`),
  })
  const times: number[] = []
  for (let n = 0; n < 500; n += 1) {
    const quote = {
      plan: 'plan',
      call: { start: '2026-10-10T10:00:00Z', duration_s: 73, destination: `${prefixes[n % prefixes.length]}12345` },
    }
    const from = performance.now()
    await house.rest('POST', '/rating/quote', quote)
    times.push(performance.now() - from)
  }
  const { p50, p99 } = latenciesFrom(times)
  figures.push({
    what: 'one quote over REST, one at a time, p50 / p99',
    ours: `${milliseconds(p50)} / ${milliseconds(p99)}`,
  })
  rmSync(folder, { recursive: true, force: true })
  return {
    title: 'Rating',
    notes: [
      `${count(organisations)} account codes; native records kept, deduplicated (0.5 % come twice), cost and income, fsync as PostgreSQL has it`,
    ],
    figures,
  }
}
