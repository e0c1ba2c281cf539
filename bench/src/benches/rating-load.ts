import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { italianNumbers } from '@strowger/testkit'
import type { House } from '../house.ts'
import {
  deckCsv,
  deckMapping,
  deckPrefixes,
  extensionOf,
  extensionsEach,
  type GeneratedCall,
  organisations,
  trafficOf,
} from '../rating-traffic.ts'

/** What calls cost; as its id `plan`. */
export const plan = { name: 'Plan', currency: 'EUR', decks: [{ deck: 'income' }] }

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
    mapping: deckMapping,
    acceptLoss: true,
  })
  return performance.now() - begun
}

/** Two decks that are used and more that are only there, a plan, a vendor, organisations with their extensions, and a folder that is watched. */
export async function prepareRating(
  house: House,
  folder: string,
  rows: number,
  otherDecks = 0,
): Promise<{ prefixes: string[]; deckMs: number }> {
  const deck = (id: string) =>
    house.rest('POST', '/rating/decks', { id, name: id, currency: 'EUR', zone: 'Europe/Rome' })
  const prefixes = deckPrefixes(rows)
  await deck('cost')
  await deck('income')
  await importDeck(house, 'cost', deckCsv(prefixes, 1, 1))
  const deckMs = await importDeck(house, 'income', deckCsv(prefixes, 1, 1.4))
  for (let other = 1; other <= otherDecks; other += 1) {
    const id = `other-${other}`
    await deck(id)
    await importDeck(house, id, deckCsv(prefixes, 1, 1 + other / 10))
  }
  await house.rest('POST', '/rating/plans', { id: 'plan', ...plan })
  const vendor = {
    id: 'one',
    name: 'One',
    currency: 'EUR',
    trunks: [{ pattern: 'PJSIP/one*' }],
    decks: [{ decks: ['cost'] }],
  }
  await house.rest('POST', '/rating/vendors', vendor)
  await makeOrganisations(house)
  await house.rest('POST', '/rating/sources', {
    id: 'pbx',
    kind: 'folder',
    format: 'asterisk-csv',
    formatSettings: { zone: 'UTC' },
    settings: { folder, files: 'Master*.csv', pollMs: 50 },
    numbers: italianNumbers,
  })
  return { prefixes, deckMs }
}

async function makeOrganisations(house: House): Promise<void> {
  await house.rest('POST', '/rating/nodes', {
    id: 'organisation',
    name: 'organisation',
    parents: [{ parent: null }],
    plans: [{ plan: 'plan' }],
    billable: [{ billable: true }],
  })
  await addNodesLike(house, 'organisation', organisations, {
    prefix: 'organisation-',
    extensionsEach,
    firstExtension: Number(extensionOf(0)),
  })
}

/**
 * Copies of a node, each with extensions of its own, and rating begun anew with them. Written into the database at once,
 * as an import of years would leave them: over REST it would take minutes.
 */
export async function addNodesLike(
  house: House,
  like: string,
  count: number,
  given: { prefix: string; extensionsEach: number; firstExtension: number },
): Promise<void> {
  const { prefix, extensionsEach: each, firstExtension } = given
  await house.sql(`begin;
    set local search_path = rating;
    select set_config('app.writer', 'system', true);
    insert into item (tenant_id, kind, id, revision, data)
    select tenant_id, kind, '${prefix}' || n, revision, data || jsonb_build_object('name', '${prefix}' || n,
      'claims', (select jsonb_agg(jsonb_build_object('kind', 'extension', 'pattern', (${firstExtension} + m)::text))
        from generate_series(n * ${each}, n * ${each} + ${each - 1}) m))
    from item, generate_series(0, ${count - 1}) n where kind = 'node' and id = '${like}';
    commit`)
  await house.restart('rating')
}

export interface Calls {
  readonly calls: number
  /** Day in October 2026 with which they begin, and how many days they last. */
  readonly firstDay: number
  readonly days: number
  /** By which their unique ids differ from those of others. */
  readonly serial: number
}

const timeOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** Master.csv, 0.5 % of the lines twice. */
export async function writeCalls(file: string, wanted: Calls, prefixes: readonly string[]): Promise<void> {
  const { calls, firstDay, days, serial } = wanted
  const stream = createWriteStream(file)
  let number = 0
  for (const call of trafficOf({ calls, fromMs: Date.UTC(2026, 9, firstDay), days, seed: 11, prefixes })) {
    const line = lineOf(call, number, serial)
    if (!stream.write(number % 200 === 199 ? line + line : line)) await once(stream, 'drain')
    number += 1
  }
  stream.end()
  await once(stream, 'finish')
}

function lineOf({ startMs, ringMs, talkMs, disposition, caller, called }: GeneratedCall, n: number, serial: number) {
  const extension = extensionOf(caller)
  const [answerMs, ringS, talkS] = [startMs + ringMs, Math.round(ringMs / 1_000), talkMs / 1_000]
  const times = [startMs, ...(talkS > 0 ? [answerMs] : [undefined]), answerMs + talkMs]
  const said = times.map((ms) => (ms === undefined ? '' : `"${timeOf(ms)}"`)).join(',')
  const uniqueId = `${1_790_000_000 + n}.${serial}`
  return `"","${extension}","${called}","office","""A"" <${extension}>","PJSIP/${extension}-0000${n % 97}","PJSIP/one-${n % 89}","Dial","PJSIP/one/sip:x,,30",${said},${ringS + talkS},${talkS},"${disposition}","DOCUMENTATION","${uniqueId}","","","${uniqueId}",${n}\n`
}
