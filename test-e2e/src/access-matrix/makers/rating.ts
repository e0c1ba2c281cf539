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

export const ratingMakers: readonly Maker[] = [
  ...itemMakers,
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
