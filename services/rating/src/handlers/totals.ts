import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { zoneOf } from '@strowger/rating'
import { Fault, ratingTotals, type Tenants, tenantsFrom } from '@strowger/schema'
import type { RatingSchema } from '../store/tables.ts'
import { readTotals, type Total } from '../store/totals.ts'

const columns = [
  'key',
  'name',
  'currency',
  'calls',
  'answered',
  'billableS',
  'billedS',
  'includedS',
  'income',
  'cost',
  'margin',
  'errors',
  'tenant',
] as const

export function answerTotals(bus: Bus, parts: { database: Database<RatingSchema>; tenants: Tenants }): void {
  bus.reply(ratingTotals, async (input, { context }) => {
    const {
      by,
      from,
      to,
      level = 0,
      node,
      zone = 'UTC',
      recurse = false,
      csv = false,
      limit = 1_000,
      offset = 0,
    } = input
    if (zoneOf(zone) === undefined)
      throw new Fault('invalid-input', { detail: `"${zone}" is no zone of the tz database` })
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(parts.tenants, tenant) : [tenant]
    const totals = await readTotals(parts.database, scope, { by, from, to, level, node, zone, limit, offset })
    return csv ? { ...totals, csv: csvOf(totals.items) } : totals
  })
}

/** RFC 4180, with a heading. A text that a spreadsheet would take for a formula is quoted as text. */
function csvOf(totals: readonly Total[]): string {
  const field = (value: string | number) => {
    const text = typeof value === 'string' && /^[=+@\t\r]|^-(?![0-9.]+$)/.test(value) ? `'${value}` : String(value)
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  return [columns.join(','), ...totals.map((total) => columns.map((name) => field(total[name] ?? '')).join(','))]
    .join('\r\n')
    .concat('\r\n')
}
