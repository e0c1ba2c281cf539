import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { italianNumbers } from '@strowger/testkit'
import type { House } from '../house.ts'

/** Of a repeatable run: Numerical Recipes’ generator. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 0x1_0000_0000
  }
}

/** Account codes, whose calls they are. */
export const accounts = 5_000

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

/** Two decks, a plan, a vendor, a node with all account codes, and a folder that is watched. */
export async function prepareRating(
  house: House,
  folder: string,
  rows: number,
): Promise<{ prefixes: string[]; deckMs: number }> {
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
  const claims = Array.from({ length: accounts }, (_, n) => ({ kind: 'account', pattern: `acct${n}` }))
  await house.rest('POST', '/rating/nodes', {
    id: 'all',
    name: 'All',
    parents: [{ parent: null }],
    plans: [{ plan: 'plan' }],
    billable: [{ billable: true }],
    claims,
  })
  await house.rest('POST', '/rating/sources', {
    id: 'pbx',
    kind: 'folder',
    format: 'asterisk-csv',
    formatSettings: { zone: 'UTC' },
    settings: { folder, files: 'Master*.csv', pollMs: 50 },
    numbers: italianNumbers,
  })
  return { prefixes: cost.prefixes, deckMs }
}

export interface Calls {
  readonly calls: number
  /** Day in October 2026 with which they begin, and how many days they last. */
  readonly firstDay: number
  readonly days: number
  /** By which their unique ids differ from those of others. */
  readonly serial: number
}

/** Master.csv: answered 62 %, 0.5 % of the lines twice. */
export async function writeCalls(
  file: string,
  { calls, firstDay, days, serial }: Calls,
  prefixes: readonly string[],
): Promise<void> {
  const random = createRandom(11)
  const stream = createWriteStream(file)
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  for (let n = 0; n < calls; n += 1) {
    const startMs = Date.UTC(2026, 9, firstDay) + Math.floor((n / calls) * days * 86_400_000)
    const isAnswered = random() < 0.62
    const seconds = isAnswered ? 1 + Math.floor(-Math.log(1 - random()) * 180) : 0
    const number =
      (prefixes[Math.floor(random() * prefixes.length)] ?? '39') + String(Math.floor(random() * 1e5)).padStart(5, '0')
    const account = `acct${Math.floor(random() ** 3 * accounts)}`
    const times = isAnswered
      ? `"${time(startMs)}","${time(startMs + 6_000)}","${time(startMs + 6_000 + seconds * 1_000)}",${seconds + 6},${seconds},"ANSWERED"`
      : `"${time(startMs)}",,"${time(startMs + 6_000)}",6,0,"NO ANSWER"`
    const line = `"${account}","2${n % 90}","00${number}","office","""A"" <201>","PJSIP/201-0000${n % 97}","PJSIP/one-${n % 89}","Dial","PJSIP/one/sip:x,,30",${times},"DOCUMENTATION","${1_790_000_000 + n}.${serial}","","","${1_790_000_000 + n}.${serial}",${n}\n`
    if (!stream.write(n % 200 === 199 ? line + line : line)) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'finish')
}
