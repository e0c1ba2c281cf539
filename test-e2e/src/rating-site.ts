import { eventually, type House, italianNumbers } from '@strowger/testkit'
import { expect } from 'vitest'

/** What a file of records must lead to. */
export interface ExpectedCalls {
  records: number
  broken: number
  nobody: number
  seconds: number
}

interface Problem {
  reason: string
  source: string
  key: string
  count: number
}

/** A house that rates the records of a folder: whatever happens to it, counts and sums must be exact in the end. */
export function ratingSite(house: House) {
  async function rest<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${house.restUrl}/api/v1/rating${path}`, {
      method,
      headers: { 'x-auth-token': house.token(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }

  /** Acme’s calls to Italy cost 0.06 a minute; records are read from Master.csv in the folder. */
  async function prepare(folder: string): Promise<void> {
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
      numbers: italianNumbers,
    })
  }

  const stored = async () => (await rest<{ total: number }>('GET', '/calls?limit=1')).total

  /** Waits until so many records are stored, then compares everything. */
  async function expectExactly(expected: ExpectedCalls, timeoutMs: number): Promise<void> {
    const total = await eventually(
      async () => {
        const found = await stored()
        if (found < expected.records) throw new Error(`${found} of ${expected.records}`)
        return found
      },
      { timeoutMs, intervalMs: 250 },
    )
    expect(total).toBe(expected.records)
    const period = 'from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z'
    const totals = await rest<{ total: { billableS: number; income: string; errors: number } }>(
      'GET',
      `/totals?by=node&${period}`,
    )
    // A cent for ten seconds: 0.06 a minute.
    const milli = BigInt(expected.seconds)
    const income = `${milli / 1_000n}.${String(milli % 1_000n).padStart(3, '0')}`.replace(/\.?0+$/, '')
    const errors = expected.broken + expected.nobody
    expect(totals.total).toMatchObject({ billableS: expected.seconds, income, errors })
    const table = await fetch(`${house.restUrl}/api/v1/rating/totals?by=node&${period}`, {
      headers: { 'x-auth-token': house.token(), accept: 'text/csv' },
    })
    expect(table.headers.get('content-type')).toContain('text/csv')
    const [heading, ...rows] = (await table.text()).trimEnd().split('\r\n')
    expect(heading).toMatch(/^key,name,currency,calls/)
    expect(rows.find((row) => row.startsWith('acme,'))).toContain(`,${income},`)
    const problems = await rest<{ items: Problem[]; total: number }>('GET', '/problems?order=count')
    const faults = [
      { reason: 'no_owner', source: 'pbx', key: 'stranger', count: expected.nobody },
      { reason: 'parse_error', source: 'pbx', key: 'the quote is not closed', count: expected.broken },
    ].filter(({ count }) => count > 0)
    // One fault is one problem, however many lines it spoils.
    expect(problems.items.toSorted((one, other) => (one.reason < other.reason ? -1 : 1))).toMatchObject(faults)
    for (const { reason, source, key, count } of problems.items) {
      const found = await rest<{ total: number }>(
        'GET',
        `/calls?limit=1&source=${source}&reason=${reason}&problem=${encodeURIComponent(key)}`,
      )
      expect(found.total).toBe(count)
    }
  }

  return { rest, prepare, stored, expectExactly }
}

/** Lines of Master.csv with faults: every 200th comes twice, every 500th is broken, every 300th belongs to nobody. */
export function callLines(from: number, to: number, expected: ExpectedCalls): string {
  let text = ''
  for (let n = from; n < to; n += 1) {
    expected.records += 1
    if (n % 500 === 499) {
      expected.broken += 1
      text += `"broken ${n}\n`
      continue
    }
    const isNobody = n % 300 === 299
    const seconds = 1 + (n % 600)
    if (isNobody) expected.nobody += 1
    else expected.seconds += seconds
    const start = new Date(Date.UTC(2026, 9, 1) + n * 1_000)
    const time = (at: Date) => at.toISOString().slice(0, 19).replace('T', ' ')
    const end = new Date(start.getTime() + seconds * 1_000)
    const account = isNobody ? 'stranger' : 'acme'
    const line = `"${account}","201","0212345678","office","""A"" <201>","PJSIP/201-1","PJSIP/one-2","Dial","x","${time(start)}","${time(start)}","${time(end)}",${seconds},${seconds},"ANSWERED","DOCUMENTATION","1790000000.${n}","","","1790000000.${n}",${n}\n`
    text += n % 200 === 199 ? line + line : line
  }
  return text
}

export const noCalls = (): ExpectedCalls => ({ records: 0, broken: 0, nobody: 0, seconds: 0 })
