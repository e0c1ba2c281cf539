import { importRecords, listRatingCalls, ratingItems, ratingTotals } from '@strowger/schema'
import { italianNumbers } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hotel, type RatingFixture, startRatingFixture } from '../test/fixture.ts'
import { makePricedTenant, masterLine } from '../test/priced-tenant.ts'

let rating: RatingFixture

/** A tenant below, whose office is below its head, rated by plan, decks and vendor of the tenant above. */
beforeAll(async () => {
  rating = await startRatingFixture()
  await makePricedTenant(rating)
  const head = { id: 'head', name: 'Head', parents: [{ parent: null }], plans: [{ plan: 'business' }] }
  await rating.ask(ratingItems.node.create, { item: { ...head, billable: [{ billable: true }] } }, hotel)
  const claims = [
    { kind: 'account', pattern: 'front' },
    { kind: 'extension', pattern: '201' },
  ]
  const office = { id: 'office', name: 'Office', parents: [{ parent: 'head' }], claims }
  await rating.ask(ratingItems.node.create, { item: office }, hotel)
})
afterAll(() => rating.close())

const [start, answer, end] = ['2026-10-20 10:00:00', '2026-10-20 10:00:06', '2026-10-20 10:01:19']
const epoch = Date.parse('2026-10-20T10:00:00Z') / 1_000
const head16 = `"front","201","3471234567","office","""A"" <201>","PJSIP/201-1","PJSIP/one-2","Dial","PJSIP/one/x","${start}","${answer}","${end}",79,73,"ANSWERED","DOCUMENTATION"`
const id = `${epoch}.7`
const leg = {
  uuid: '6b1f0c7e-0000-4000-8000-000000000001',
  caller_id_number: '201',
  destination_number: '3471234567',
  accountcode: 'front',
  hangup_cause: 'NORMAL_CLEARING',
  start_stamp: start,
  answer_stamp: answer,
  end_stamp: end,
  duration: '79',
  billsec: '73',
}
const cucmNames =
  '"cdrRecordType","globalCallID_callManagerId","globalCallID_callId","origLegCallIdentifier","dateTimeOrigination","callingPartyNumber","originalCalledPartyNumber","finalCalledPartyNumber","dateTimeConnect","dateTimeDisconnect","duration","globalCallId_ClusterID","destLegIdentifier","destDeviceName","origCause_value","destCause_value"'
const cucmTypes =
  'INTEGER,INTEGER,INTEGER,INTEGER,INTEGER,VARCHAR(50),VARCHAR(50),VARCHAR(50),INTEGER,INTEGER,INTEGER,VARCHAR(50),INTEGER,VARCHAR(50),INTEGER,INTEGER'
const dollar = '$'
const utc = { zone: 'UTC' }

describe('a call of 73 seconds', () => {
  it.each([
    ['asterisk-csv', utc, `${head16}\n`],
    ['asterisk-csv', utc, `${head16},"${id}"\n`],
    ['asterisk-csv', utc, `${head16},"${id}","note"\n`],
    ['asterisk-csv', utc, `${head16},"peer","${id}",7\n`],
    ['asterisk-csv', utc, `${head16},"${id}","peer","${id}",7\n`],
    ['asterisk-csv', utc, `${head16},"${id}","note","peer","${id}",7\n`],
    [
      'asterisk-custom',
      {
        ...utc,
        template: ['accountcode', 'src', 'dst', 'start', 'answer', 'end', 'billsec', 'disposition', 'uniqueid']
          .map((name) => `${dollar}{CSV_QUOTE(${dollar}{CDR(${name})})}`)
          .join(','),
      },
      `"front","201","3471234567","${start}","${answer}","${end}","73","ANSWERED","${id}"\n`,
    ],
    [
      'freeswitch-csv',
      utc,
      `"A","201","3471234567","default","${start}","${answer}","${end}","79","73","NORMAL_CLEARING","${leg.uuid}","","front","PCMA","PCMA"\n`,
    ],
    ['freeswitch-json', utc, `${JSON.stringify({ variables: leg }, null, 2)}\n`],
    [
      'freeswitch-xml',
      utc,
      `<?xml version="1.0"?>\n<cdr>\n<variables>${Object.entries(leg)
        .map(([name, value]) => `<${name}>${value}</${name}>`)
        .join('\n')}</variables></cdr>\n`,
    ],
    [
      'cucm',
      {},
      `${cucmNames}\n${cucmTypes}\n1,1,77,501,${epoch},"201","3471234567","3471234567",${epoch + 6},${epoch + 79},73,"StandAlone",502,"trunk",0,16\n`,
    ],
    [
      'csv',
      {
        ...utc,
        separator: ';',
        headings: true,
        columns: { start: 'When', caller: 'From', called: 'To', answered: 'For' },
      },
      `When;From;To;For\n${answer};201;3471234567;73\n`,
    ],
  ])(
    'in the form %s is rated to the same amount, for the office of a tenant below',
    async (format, formatSettings, text) => {
      const source = `of-${text.length}-${format}`
      const item = { id: source, kind: 'upload', format, formatSettings, numbers: italianNumbers, vendor: 'one' }
      await rating.ask(ratingItems.source.create, { item }, hotel)
      const brought = await rating.ask(importRecords, { id: source, import: { name: 'calls', text } }, hotel)
      expect(brought).toMatchObject({ applied: true, added: 1, failed: 0, faults: [] })
      const { items } = await rating.ask(listRatingCalls, { source }, hotel)
      expect(items).toMatchObject([
        { status: 'rated', billableS: 73, income: '0.0312', cost: '0.020805', node: 'office', billableNode: 'head' },
      ])
    },
  )

  it('counts in the totals of every level above, and is nobody else’s', async () => {
    const asked = { from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }
    const { items } = await rating.ask(ratingTotals, { by: 'level', level: 0, ...asked }, hotel)
    expect(items).toMatchObject([{ key: 'head', calls: 12, income: '0.3744', cost: '0.24966' }])
    expect((await rating.ask(listRatingCalls, {})).total).toBe(0)
    expect((await rating.ask(listRatingCalls, { recurse: true })).total).toBe(12)
  })
})

describe('bad input', () => {
  it('of a width that leaves open what it holds is refused with its place', async () => {
    const found = await rating.ask(importRecords, {
      id: 'pbx',
      dryRun: true,
      import: {
        name: 'odd.csv',
        text: `${head16},"1"\n\u0000\u0001rubbish\n${'9'.repeat(70_000)}\n${masterLine({ id })}`,
      },
    })
    expect(found).toMatchObject({ applied: false, records: 4 })
    expect(found.faults).toMatchObject([{ line: 1 }, { line: 2 }, { line: 3 }])
  })
})
