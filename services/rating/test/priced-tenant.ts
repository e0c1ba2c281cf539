import { importDeckRows, ratingItems, rootTenantId } from '@strowger/schema'
import { italianNumbers } from '@strowger/testkit'
import type { RatingFixture } from './fixture.ts'

/** Rows of a test’s deck: prefix, price a minute, first and next increment. */
export type Row = readonly [prefix: string, price: string, first?: number, next?: number]

/** Imports rows into a deck. */
export async function fillDeck(rating: RatingFixture, id: string, rows: readonly Row[], tenant = rootTenantId) {
  const lines = rows.map(([prefix, price, first = 1, next = 1]) => `${prefix},to ${prefix},${price},${first},${next}`)
  const mapping = { headings: true, columns: { prefix: 1, name: 2, price: 3, first: 4, next: 5 } }
  const text = ['prefix,name,price,first,next', ...lines].join('\n')
  return rating.ask(importDeckRows, { id, import: { name: `${id}.csv`, text, mapping, acceptLoss: true } }, tenant)
}

/** A customer with an account code, a vendor with a trunk, decks for both, and a source that reads a folder. */
export async function makePricedTenant(rating: RatingFixture, parts: { folder?: string; tenant?: string } = {}) {
  const { folder, tenant = rootTenantId } = parts
  const { ask } = rating
  const deck = (id: string) => ({ id, name: id, currency: 'EUR', zone: 'Europe/Rome' })
  await ask(ratingItems.deck.create, { item: deck('retail') }, tenant)
  await ask(ratingItems.deck.create, { item: deck('carrier') }, tenant)
  await fillDeck(
    rating,
    'retail',
    [
      ['39', '0.024', 6, 6],
      ['44', '0.10', 60, 60],
    ],
    tenant,
  )
  await fillDeck(
    rating,
    'carrier',
    [
      ['39', '0.0171'],
      ['44', '0.02'],
    ],
    tenant,
  )
  await ask(
    ratingItems.plan.create,
    { item: { id: 'business', name: 'Business', currency: 'EUR', decks: [{ deck: 'retail' }] } },
    tenant,
  )
  await ask(
    ratingItems.vendor.create,
    {
      item: {
        id: 'one',
        name: 'One',
        currency: 'EUR',
        trunks: [{ pattern: 'PJSIP/one*' }],
        decks: [{ decks: ['carrier'] }],
      },
    },
    tenant,
  )
  await ask(
    ratingItems.node.create,
    {
      item: {
        id: 'acme',
        name: 'Acme',
        parents: [{ parent: null }],
        plans: [{ plan: 'business' }],
        billable: [{ billable: true }],
        claims: [{ kind: 'account', pattern: 'acme' }],
      },
    },
    tenant,
  )
  await ask(
    ratingItems.source.create,
    {
      item: {
        id: 'pbx',
        kind: folder === undefined ? 'upload' : 'folder',
        format: 'asterisk-csv',
        formatSettings: { zone: 'Europe/Rome' },
        ...(folder === undefined ? {} : { settings: { folder, files: 'Master.csv', pollMs: 50 } }),
        numbers: italianNumbers,
      },
    },
    tenant,
  )
}

/** A line of Master.csv with 18 columns. */
export function masterLine(call: {
  id: string
  account?: string
  called?: string
  start?: string
  answer?: string
  end?: string
  duration?: number
  billsec?: number
  disposition?: string
  /** With `newcdrcolumns`: a key of its own, by which a correction is known. */
  sequence?: number
}): string {
  const {
    id,
    account = 'acme',
    called = '3471234567',
    start = '2026-10-20 10:00:00',
    answer = '2026-10-20 10:00:06',
    end = '2026-10-20 10:01:19',
    duration = 79,
    billsec = 73,
    disposition = 'ANSWERED',
    sequence,
  } = call
  const quoted = (text: string) => `"${text}"`
  return `${[
    quoted(account),
    quoted('201'),
    quoted(called),
    quoted('office'),
    quoted('""Ann"" <201>'),
    quoted('PJSIP/201-00000001'),
    quoted('PJSIP/one-00000002'),
    quoted('Dial'),
    quoted('PJSIP/one/sip:x'),
    quoted(start),
    quoted(answer),
    quoted(end),
    duration,
    billsec,
    quoted(disposition),
    quoted('DOCUMENTATION'),
    quoted(id),
    quoted(''),
    ...(sequence === undefined ? [] : [quoted(''), quoted(id), sequence]),
  ].join(',')}\n`
}
