import { type CopyRows, copyBytesInto, createCopyRows, type TenantTransaction } from '@strowger/database'
import { createRunDigest, type RatedCall } from '@strowger/rating'
import { type Names, reratedColumns, writeRerated } from '../import/call-row.ts'
import { createMonths } from '../import/candidates.ts'
import { uuidBytes } from '../import/record-key.ts'
import type { RatingSchema } from '../store/tables.ts'
import type { StoredCall } from './stored-record.ts'

/** Rows of one COPY: the database writes them while as many are read and rated. */
const rowsPerCopy = 20_000
const startBytes = 6_000_000

/** Writes the rows of a run, by month, on a session of its own. */
export interface ReratedRows {
  add(call: StoredCall, rated: RatedCall, adjusts: boolean): void
  /** Whether enough are there to be sent. */
  readonly isFull: boolean
  /** Sends what is there, once what was sent before is written. A failure of it is told by the next call. */
  send(): Promise<void>
  /** Sends the rest, waits until all is written, and gives the digest of all rows. */
  finish(): Promise<string>
}

export function createReratedRows(
  tx: TenantTransaction<RatingSchema>,
  { run, tenant, names }: { run: number; tenant: string; names: Names },
): ReratedRows {
  const tenantBytes = uuidBytes(tenant)
  const monthOf = createMonths()
  const digest = createRunDigest()
  let months = new Map<string, CopyRows>()
  let waiting = 0
  let writing: Promise<void> = Promise.resolve()

  async function copy(rowsByMonth: ReadonlyMap<string, CopyRows>): Promise<void> {
    for (const [month, rows] of rowsByMonth) {
      await copyBytesInto(tx, `rerated_${month.replace('-', '')}`, reratedColumns, [rows.finish()])
    }
  }

  async function send(): Promise<void> {
    await writing
    const ready = months
    months = new Map()
    waiting = 0
    writing = copy(ready)
    // Told to whoever waits for it next; until then it must not end the process.
    writing.catch(() => {})
  }

  return {
    add({ key, revision, atMs }, rated, adjusts) {
      const month = monthOf(atMs)
      let rows = months.get(month)
      if (rows === undefined) {
        rows = createCopyRows(months.size === 0 ? startBytes : 65_536)
        months.set(month, rows)
      }
      const place = { run, tenant: tenantBytes, atMs, keys: key, keyOffset: 0, revision, adjusts }
      digest.add(writeRerated(rows, place, rated, names))
      waiting += 1
    },
    get isFull() {
      return waiting >= rowsPerCopy
    },
    send,
    async finish() {
      await send()
      await writing
      return digest.finish()
    },
  }
}
