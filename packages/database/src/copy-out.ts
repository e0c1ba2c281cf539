import type { RawBuilder, Transaction } from 'kysely'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type CopiedRow, createRowReader } from './copied-row.ts'
import { PgConnection, patientMs } from './dialect.ts'

/**
 * Reads the rows of a query by COPY in its binary format, within the transaction: no object and no text is made of a
 * value that `take` does not ask for, a fifth of the time of a select. `pause` is asked after each piece (64 KiB or so)
 * and what it gives is waited for, so that whoever writes the rows on is not overrun. `fields` is how many columns the
 * query has. A query that is given up ends its session.
 */
export async function copyRowsFrom<DB>(
  tx: Transaction<DB>,
  query: RawBuilder<unknown>,
  fields: number,
  take: (row: CopiedRow) => void,
  pause: () => Promise<void> | undefined,
): Promise<void> {
  const compiled = query.compile(tx)
  // COPY takes no parameters: they are written out, each as a literal.
  const text = compiled.sql.replaceAll(/\$(\d+)/g, (_, place: string) =>
    literal(compiled.parameters[Number(place) - 1]),
  )
  await tx.getExecutor().provideConnection(async (connection) => {
    if (!(connection instanceof PgConnection)) throw new TypeError('COPY needs a session of ours')
    await connection.run(async () => {
      const reader = createRowReader(fields, take)
      let isWhole = false
      // As long as there are rows nobody gives up. The driver’s timer ends with what it puts here, which nobody else calls.
      const rows: Timed = Object.assign(copyTo(`copy (${text}) to stdout with (format binary)`), {
        query_timeout: patientMs,
      })
      try {
        for await (const piece of connection.client.query(rows)) {
          reader.push(piece as Buffer)
          const pausing = pause()
          if (pausing !== undefined) await pausing
        }
        isWhole = true
      } finally {
        // The rest of the rows is still on its way: the session is of no use to anybody else.
        if (!isWhole) connection.lost = true
        rows.callback?.()
      }
    })
  })
}

type Timed = ReturnType<typeof copyTo> & { query_timeout: number; callback?: () => void }

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  if (Array.isArray(value)) return pg.escapeLiteral(arrayText(value))
  return pg.escapeLiteral(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** PostgreSQL manual, 8.15.6: every element quoted. */
function arrayText(values: readonly unknown[]): string {
  const element = (value: unknown) =>
    value === null || value === undefined ? 'NULL' : `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`
  return `{${values.map(element).join(',')}}`
}
