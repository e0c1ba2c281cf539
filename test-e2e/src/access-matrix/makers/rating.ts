import { ratingItemKinds } from '@strowger/schema'
import { type Asker, type Maker, shortId } from '../maker.ts'

const base = '/api/v1/rating'

const numbers = {
  country: 'IT',
  callingCode: '39',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  shortNumbers: ['112'],
}

/** The least that each kind can be. */
const bodies: Readonly<Record<keyof typeof ratingItemKinds, () => object>> = {
  node: () => ({ name: 'n', parents: [{ parent: null }] }),
  vendor: () => ({ name: 'v', currency: 'EUR', trunks: [], decks: [] }),
  plan: () => ({ name: 'p', currency: 'EUR', decks: [] }),
  deck: () => ({ name: 'd', currency: 'EUR', zone: 'Europe/Rome' }),
  calendar: () => ({ yearly: ['12-25'] }),
  currency: () => ({ from: 'USD', to: 'EUR', rates: [] }),
  tax: () => ({ name: 't', rates: [{ percent: '22' }] }),
  allowance: () => ({ name: 'a', unit: 'seconds', amount: '60', period: 'month', policy: 'split' }),
  portability: () => ({ numbers: [] }),
  source: () => ({ kind: 'upload', format: 'asterisk-csv', numbers }),
}

async function made(asker: Asker, kind: keyof typeof ratingItemKinds): Promise<string> {
  const id = `m${shortId()}`
  await asker.made('POST', `${base}/${ratingItemKinds[kind].path}`, { id, ...(await bodyOf(asker, kind)) })
  return id
}

/** A plan needs a deck. */
async function bodyOf(asker: Asker, kind: keyof typeof ratingItemKinds): Promise<object> {
  if (kind !== 'plan') return bodies[kind]()
  return { ...bodies.plan(), decks: [{ deck: await made(asker, 'deck') }] }
}

const itemMakers: Maker[] = (Object.keys(ratingItemKinds) as (keyof typeof ratingItemKinds)[]).flatMap((kind) => {
  const path = `${base}/${ratingItemKinds[kind].path}`
  return [
    {
      operations: [`POST ${path}`],
      make: async (asker) => ({ body: { id: `m${shortId()}`, ...(await bodyOf(asker, kind)) } }),
    },
    {
      operations: [`GET ${path}/{id}`, `DELETE ${path}/{id}`],
      make: async (asker) => ({ params: { id: await made(asker, kind) } }),
    },
    {
      operations: [`PUT ${path}/{id}`],
      make: async (asker) => ({ params: { id: await made(asker, kind) }, body: await bodyOf(asker, kind) }),
    },
  ] satisfies Maker[]
})

const csv = { kind: 'upload', format: 'asterisk-csv', formatSettings: { zone: 'Europe/Rome' }, numbers }

/** A line of Master.csv. */
const record = (id: string) =>
  `"acme","201","3471234567","office","""Ann"" <201>","PJSIP/201-1","PJSIP/one-2","Dial","PJSIP/one/sip:x",` +
  `"2026-11-10 10:00:00","2026-11-10 10:00:06","2026-11-10 10:01:19",79,73,"ANSWERED","DOCUMENTATION","${id}",""\n`

/** A source with one call in it. Answers the source and the batch that brought the call. */
async function sourceWithCall(asker: Asker): Promise<{ source: string; batch: number }> {
  const source = `m${shortId()}`
  await asker.made('POST', `${base}/sources`, { id: source, ...csv })
  const { batch } = await asker.made('POST', `${base}/sources/${source}/records`, {
    name: 'a.csv',
    text: record(`1792483500.${Number.parseInt(shortId(), 16)}`),
  })
  return { source, batch }
}

/** A run over the call of a source of its own, when it has ended. */
async function endedRun(asker: Asker): Promise<{ id: string }> {
  const { source } = await sourceWithCall(asker)
  const body = { scope: { sources: [source] }, reason: 'asked by the matrix' }
  const { run } = await asker.made('POST', `${base}/runs`, body)
  for (const endMs = Date.now() + 20_000; Date.now() < endMs; ) {
    const { state, failure } = await asker.made('GET', `${base}/runs/${run.id}`)
    if (state === 'failed') throw new Error(`the run failed: ${failure}`)
    if (state !== 'running') return { id: String(run.id) }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the run does not end')
}

/** A deck with a row. */
async function filledDeck(asker: Asker): Promise<{ id: string }> {
  const id = await made(asker, 'deck')
  await asker.made('POST', `${base}/decks/${id}/import`, deckFile())
  return { id }
}
const deckFile = () => ({
  name: 'deck.csv',
  text: `39,0.0${1 + Math.floor(Math.random() * 8)}\n`,
  preset: 'prefix-price',
})

async function upload(asker: Asker): Promise<{ id: string }> {
  const { id } = await asker.made('POST', `${base}/uploads`, { name: 'deck.csv' })
  return { id: String(id) }
}

const callMakers: readonly Maker[] = [
  {
    operations: [`GET ${base}/calls/{key}`],
    make: async (asker) => {
      const { source } = await sourceWithCall(asker)
      const { items } = await asker.made('GET', `${base}/calls?source=${source}`)
      return { params: { key: String(items[0].key) } }
    },
  },
  {
    operations: [`POST ${base}/batches/{id}/withdraw`],
    make: async (asker) => ({ params: { id: String((await sourceWithCall(asker)).batch) } }),
  },
  { operations: [`POST ${base}/runs`], make: async () => ({ body: { scope: {}, reason: 'asked by the matrix' } }) },
  {
    operations: [`GET ${base}/runs/{id}`, `GET ${base}/runs/{id}/changes`, `POST ${base}/runs/{id}/publish`],
    make: async (asker) => ({ params: await endedRun(asker) }),
  },
  {
    operations: [`POST ${base}/runs/{id}/withdraw`],
    make: async (asker) => {
      const params = await endedRun(asker)
      await asker.made('POST', `${base}/runs/${params.id}/publish`)
      return { params }
    },
  },
  {
    operations: [`POST ${base}/confirmations`],
    make: async (asker) => {
      const node = await made(asker, 'node')
      const period = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }
      return { body: { node, name: 'October', ...period } }
    },
  },
]

const deckMakers: readonly Maker[] = [
  {
    operations: [`GET ${base}/decks/{id}/rows`, `GET ${base}/decks/{id}/versions`],
    make: async (asker) => ({ params: await filledDeck(asker) }),
  },
  {
    operations: [`POST ${base}/decks/{id}/import`],
    make: async (asker) => ({ params: { id: await made(asker, 'deck') }, body: deckFile() }),
  },
  { operations: [`POST ${base}/uploads`], make: async () => ({ body: { name: 'deck.csv' } }) },
  {
    operations: [`PUT ${base}/uploads/{id}/parts/{place}`],
    make: async (asker) => ({ params: { ...(await upload(asker)), place: '0' }, body: { base64: 'MzksMC4wNQo=' } }),
  },
]

export const ratingMakers: readonly Maker[] = [
  ...itemMakers,
  ...callMakers,
  ...deckMakers,
  {
    operations: [`GET ${base}/totals`],
    make: async () => ({ query: '?by=day&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z' }),
  },
  {
    operations: [
      `GET ${base}/sources/{id}/state`,
      `POST ${base}/sources/{id}/test`,
      `POST ${base}/sources/{id}/reread`,
    ],
    make: async (asker) => ({ params: { id: await made(asker, 'source') } }),
  },
  {
    operations: [`POST ${base}/sources/{id}/records`],
    make: async (asker) => ({
      params: { id: await made(asker, 'source') },
      body: { name: 'a.csv', text: `"rubbish ${shortId()}\n` },
    }),
  },
]
