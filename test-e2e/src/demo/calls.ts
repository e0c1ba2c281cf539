import { italianNumbers } from '@strowger/testkit'
import { type RunningHouse, say } from './running-house.ts'

const zone = 'Europe/Rome'
const items = {
  decks: { id: 'demo-retail', name: 'Demo: what customers pay', currency: 'EUR', zone },
  plans: { id: 'demo', name: 'Demo', currency: 'EUR', decks: [{ deck: 'demo-retail' }] },
  nodes: {
    id: 'demo-hotel',
    name: 'Demo hotel',
    parents: [{ parent: null }],
    plans: [{ plan: 'demo' }],
    billable: [{ billable: true }],
    claims: [{ kind: 'account', pattern: 'demo-hotel' }],
  },
  sources: {
    id: 'demo-pbx',
    kind: 'upload',
    format: 'asterisk-csv',
    formatSettings: { zone },
    numbers: italianNumbers,
  },
}
const prices = 'prefix,name,price,first,next\n39,Italy,0.024,6,6\n44,United Kingdom,0.10,60,60\n'
const mapping = { headings: true, columns: { prefix: 1, name: 2, price: 3, first: 4, next: 5 } }

interface Call {
  readonly called: string
  readonly destination: string
  readonly billableS: number
  readonly billedS: number
  readonly income: string
}

/** Three calls of this hour are brought as Asterisk writes them, and are rated. */
export async function rateCalls({ rest }: RunningHouse): Promise<void> {
  for (const [kind, { id, ...item }] of Object.entries(items)) {
    const isThere = await rest('GET', `/rating/${kind}/${id}`).then(
      () => true,
      () => false,
    )
    if (isThere) continue
    await rest('POST', `/rating/${kind}`, { id, ...item })
    if (kind !== 'decks') continue
    await rest('POST', `/rating/decks/${id}/import`, { name: 'prices.csv', text: prices, mapping, acceptLoss: true })
  }
  const asked = Date.now()
  const text = [
    line(asked, 1, '3471234567', 73),
    line(asked, 2, '00442079460000', 61),
    line(asked, 3, '0612345678', 600),
  ].join('')
  const brought = await rest<{ added: number; batch: number }>('POST', '/rating/sources/demo-pbx/records', {
    name: 'calls.csv',
    text,
  })
  say()
  say(`${brought.added} calls are brought as Asterisk writes them (a folder that is watched brings them by itself):`)
  const { items: calls } = await rest<{ items: Call[] }>(
    'GET',
    `/rating/calls?batch=${brought.batch}&order=at&direction=asc`,
  )
  for (const { called, destination, billableS, billedS, income } of calls)
    say(`  ${called.padEnd(14)} ${destination.padEnd(15)} ${billableS} s, billed ${billedS} s: ${income} EUR`)
  say('./strowger rating quote 393471234567 73 --plan demo shows how such a price comes about, step by step.')
}

/** A line of Master.csv, of a call a few minutes ago. */
function line(asked: number, n: number, called: string, seconds: number): string {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const start = asked - 3_600_000 + n * 60_000
  const [from, to] = [clock.format(start), clock.format(start + seconds * 1_000)]
  const id = `${Math.floor(asked / 1_000)}.${n}`
  const times = `"${from}","${from}","${to}",${seconds},${seconds}`
  return `"demo-hotel","1001","${called}","default","""Reception"" <1001>","PJSIP/1001-1","PJSIP/carrier-2","Dial","",${times},"ANSWERED","DOCUMENTATION","${id}",""\n`
}
