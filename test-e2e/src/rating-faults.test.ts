import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, type House, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Records of a run in CI; `make drill` gives a million. */
const wanted = Number(process.env['RATING_RECORDS'] ?? 12_000)
const folder = mkdtempSync(join(tmpdir(), 'strowger-drill-cdr-'))
let house: House

async function rest<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(`${house.restUrl}/api/v1/rating${path}`, {
    method,
    headers: { 'x-auth-token': house.token(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Answer
}

beforeAll(async () => {
  house = await startHouse()
  const numbers = {
    country: 'IT',
    callingCode: '39',
    internationalPrefixes: ['00'],
    nationalPrefix: '0',
    keepsNationalPrefix: true,
    shortNumbers: ['112'],
  }
  await rest('POST', '/decks', { id: 'retail', name: 'Retail', currency: 'EUR', zone: 'Europe/Rome' })
  await rest('POST', '/decks/retail/import', {
    name: 'retail.csv',
    text: '39,0.06\n',
    mapping: { columns: { prefix: 1, price: 2 } },
  })
  await rest('POST', '/plans', { id: 'plan', name: 'Plan', currency: 'EUR', decks: [{ deck: 'retail' }] })
  await rest('POST', '/nodes', {
    id: 'acme',
    name: 'Acme',
    parents: [{ parent: null }],
    plans: [{ plan: 'plan' }],
    billable: [{ billable: true }],
    claims: [{ kind: 'account', pattern: 'acme' }],
  })
  await rest('POST', '/sources', {
    id: 'pbx',
    kind: 'folder',
    format: 'asterisk-csv',
    formatSettings: { zone: 'UTC' },
    settings: { folder, files: 'Master.csv', pollMs: 100 },
    numbers,
  })
}, 120_000)
afterAll(async () => {
  await house?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A line with its faults: every 200th comes twice, every 500th is broken, every 300th belongs to nobody. */
function linesOf(n: number): { text: string; records: number; broken: number; nobody: number; seconds: number } {
  const isBroken = n % 500 === 499
  if (isBroken) return { text: `"broken ${n}\n`, records: 1, broken: 1, nobody: 0, seconds: 0 }
  const isNobody = n % 300 === 299
  const seconds = 1 + (n % 600)
  const start = new Date(Date.UTC(2026, 9, 1) + n * 1_000)
  const time = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ')
  const end = new Date(start.getTime() + seconds * 1_000)
  const account = isNobody ? 'stranger' : 'acme'
  const line = `"${account}","201","0212345678","office","""A"" <201>","PJSIP/201-1","PJSIP/one-2","Dial","x","${time(start)}","${time(start)}","${time(end)}",${seconds},${seconds},"ANSWERED","DOCUMENTATION","1790000000.${n}","","","1790000000.${n}",${n}\n`
  return {
    text: n % 200 === 199 ? line + line : line,
    records: 1,
    broken: 0,
    nobody: isNobody ? 1 : 0,
    seconds: isNobody ? 0 : seconds,
  }
}

it(
  'whatever is killed while records flow in: nothing is lost, nothing counts twice, sums are exact',
  async () => {
    const expected = { records: 0, broken: 0, nobody: 0, seconds: 0 }
    const order = ['rating', 'postgresql', 'rating', 'nats', 'rating'] as const
    const victims = Array.from({ length: wanted > 100_000 ? 4 : 1 }, () => order).flat()
    const part = Math.ceil(wanted / (victims.length + 1))
    let next = 0
    for (const victim of [...victims, undefined]) {
      let text = ''
      for (const end = Math.min(next + part, wanted); next < end; next += 1) {
        const { text: line, ...counts } = linesOf(next)
        text += line
        for (const name of ['records', 'broken', 'nobody', 'seconds'] as const) expected[name] += counts[name]
      }
      appendFileSync(join(folder, 'Master.csv'), text)
      if (victim !== undefined) await house.kill9(victim)
    }
    await house.ready()
    const stored = await eventually(
      async () => {
        const { total } = await rest<{ total: number }>('GET', '/calls?limit=1')
        if (total < expected.records) throw new Error(`${total} of ${expected.records}`)
        return total
      },
      { timeoutMs: 120_000 + wanted / 2, intervalMs: 250 },
    )
    expect(stored).toBe(expected.records)
    const { total } = await rest<{ total: { billableS: number; income: string; errors: number } }>(
      'GET',
      '/totals?by=node&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z',
    )
    // A cent for ten seconds: 0.06 a minute.
    const milli = BigInt(expected.seconds)
    const income = `${milli / 1_000n}.${String(milli % 1_000n).padStart(3, '0')}`.replace(/\.?0+$/, '')
    expect(total).toMatchObject({ billableS: expected.seconds, income, errors: expected.broken + expected.nobody })
    const table = await fetch(
      `${house.restUrl}/api/v1/rating/totals?by=node&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z`,
      { headers: { 'x-auth-token': house.token(), accept: 'text/csv' } },
    )
    expect(table.headers.get('content-type')).toContain('text/csv')
    const [heading, ...rows] = (await table.text()).trimEnd().split('\r\n')
    expect(heading).toMatch(/^key,name,currency,calls/)
    expect(rows.find((row) => row.startsWith('acme,'))).toContain(`,${income},`)
    const { items } = await rest<{ items: { reason: string; count: number }[] }>('GET', '/problems')
    const byReason = (reason: string) =>
      items.filter((one) => one.reason === reason).reduce((sum, { count }) => sum + count, 0)
    expect(byReason('parse_error')).toBe(expected.broken)
    expect(byReason('no_owner')).toBe(expected.nobody)
  },
  300_000 + wanted,
)
