import { type Asker, type Maker, shortId } from '../maker.ts'

/** Things of rating that stand alone: no other has to be there first. */
const items: Readonly<Record<string, () => object>> = {
  nodes: () => ({ name: 'Acme', parents: [], plans: [], claims: [] }),
  vendors: () => ({ name: 'Carrier One', currency: 'EUR', trunks: [], decks: [] }),
  calendars: () => ({ name: 'Italy', yearly: ['01-01', '12-25'] }),
  currencies: () => ({ from: 'USD', to: 'EUR', rates: [{ day: '2026-11-01', rate: '0.8612' }] }),
  taxes: () => ({ name: 'IVA', rates: [{ percent: '22' }] }),
  allowances: () => ({ name: '1,000 minutes', unit: 'seconds', amount: '60000', period: 'month', policy: 'split' }),
  portability: () => ({ name: 'November', numbers: [{ number: '393471234567', ported: '3933' }] }),
}

const totals: Maker = {
  operations: ['GET /api/v1/rating/totals'],
  make: async () => ({ query: '?by=day&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z' }),
}

const itemMakers = Object.entries(items).flatMap(([kind, item]): Maker[] => {
  const path = `/api/v1/rating/${kind}`
  const named = async (asker: Asker) => {
    const id = `i${shortId()}`
    await asker.made('POST', path, { id, ...item() })
    return { id }
  }
  return [
    { operations: [`POST ${path}`], make: async () => ({ body: { id: `i${shortId()}`, ...item() } }) },
    {
      operations: [`GET ${path}/{id}`, `DELETE ${path}/{id}`],
      make: async (asker) => ({ params: await named(asker) }),
    },
    {
      operations: [`PUT ${path}/{id}`],
      make: async (asker) => {
        const params = await named(asker)
        return { params, body: { ...params, ...item() } }
      },
    },
  ]
})

export const ratingMakers: readonly Maker[] = [totals, ...itemMakers]
