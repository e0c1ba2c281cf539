import { createHash } from 'node:crypto'
import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  Fault,
  getSourceState,
  importRecords,
  listFormats,
  type RatingSource,
  rereadSource,
  type Tenants,
  tenantsFrom,
  testSource,
} from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import { previewRecords } from '../import/preview.ts'
import type { Slice } from '../import/slice.ts'
import { type KnownFormats, openFormat, requireShape } from '../sources/formats.ts'
import { importSlice, placeOf, type RunnerParts } from '../sources/runner.ts'
import type { RunningSources } from '../sources/running-sources.ts'
import { gather } from '../sources/source-kind.ts'
import { batchOfContent } from '../store/batch-list.ts'
import { readItem, type StoredItem } from '../store/items.ts'
import { forgetCursor, readCursor, readState } from '../store/source-states.ts'
import type { RatingSchema } from '../store/tables.ts'
import { readStoredUpload } from '../store/uploads.ts'

interface Parts extends RunnerParts {
  readonly database: Database<RatingSchema>
  readonly tenants: Tenants
  readonly formats: KnownFormats
  readonly running: RunningSources
  readonly clock: Clock
  readonly log: Log
}

/** Most records of one import over REST: they are stored in one transaction. */
const maxRecords = 400_000

/** State, test and repetition of sources, and records that people bring themselves. */
export function answerSources(bus: Bus, parts: Parts): void {
  const { database, tenants, formats, kinds, running, clock, log, sliceRecords } = parts

  async function sourceOf(id: string, tenant: string): Promise<StoredItem & { source: RatingSource }> {
    const scope = tenantsFrom(tenants, tenant)
    const item = await database.inTenants(scope, {}, (tx) => readItem(tx, scope, 'source', id))
    if (item === undefined) throw new Fault('not-found', { detail: `There is no source ${id}` })
    return { ...item, source: item.data as unknown as RatingSource }
  }

  bus.reply(listFormats, async ({ search = '', limit = 100, offset = 0 }) => {
    const all = [...formats.values()]
      .map(({ name: id, title, kind: reads }) => ({ id, title, reads }))
      .filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(search.toLowerCase()))
    return { items: all.slice(offset, offset + limit), total: all.length }
  })

  bus.reply(getSourceState, async ({ id }, { context }) => {
    const item = await sourceOf(id, personFrom(context).tenantId)
    const state = await readState(database, item)
    const instant = (at: Date | null | undefined) => (at == null ? null : new Date(at).toISOString())
    return {
      source: id,
      enabled: item.source.enabled ?? true,
      records: Number(state?.records ?? 0),
      lastReadAt: instant(state?.last_read_at),
      lastRecordAt: instant(state?.last_record_at),
      problem: running.problemOf(item.tenant, id) ?? null,
      lastError: state?.last_error ?? null,
      lastErrorAt: instant(state?.last_error_at),
      cursor: state?.cursor ?? null,
    }
  })

  bus.reply(testSource, async ({ id }, { context }) => {
    const { source } = await sourceOf(id, personFrom(context).tenantId)
    const kind = kinds.get(source.kind)
    if (kind === undefined) return { ok: true, found: 'takes what is sent to it' }
    const settings = source.settings ?? {}
    requireShape(kind.settings, settings, '/item/settings')
    const format = openFormat(formats, source)
    const { signal } = new AbortController()
    try {
      return { ok: true, found: await kind.test(settings as never, { format, clock, log, signal, sliceRecords }) }
    } catch (error) {
      if (error instanceof Fault) return { ok: false, found: error.detail ?? error.message }
      throw error
    }
  })

  bus.reply(rereadSource, async ({ id }, { context }) => {
    const item = await sourceOf(id, personFrom(context).tenantId)
    await running.restart(item.tenant, id, () => forgetCursor(database, item))
    return { applied: true }
  })

  bus.reply(importRecords, async ({ id, import: given, dryRun = false }, { context }) => {
    const { tenantId } = personFrom(context)
    const item = await sourceOf(id, tenantId)
    const place = placeOf(item)
    const bytes =
      given.upload === undefined
        ? Buffer.from(given.text ?? '')
        : await readStoredUpload(database, { tenant: tenantId, id: given.upload })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const opened = openFormat(formats, item.source)
    if (opened.kind !== 'file') {
      throw new Fault('invalid-input', {
        detail: `${opened.format.name} reads rows and not files: give the source another format`,
      })
    }
    const gathered = gather()
    const reader = opened.format.open(opened.settings, gathered, { line: 0 })
    reader.push(bytes)
    reader.end()
    const { records, faults } = gathered
    if (records.length + faults.length > maxRecords) {
      throw new Fault('too-large', {
        detail: `At most ${maxRecords} records at once; put larger files into a watched folder`,
      })
    }
    const shown = faults.slice(0, 100).map(({ line, column, reason }) => ({ line, column, reason }))
    const earlier = dryRun ? undefined : await batchOfContent(database, item, sha256)
    if (earlier !== undefined) {
      const none = { added: 0, revised: 0, failed: 0, ignored: 0 }
      const count = records.length + faults.length
      return { applied: true, batch: earlier, records: count, duplicates: count, ...none, faults: shown, sample: [] }
    }
    if (dryRun) return { ...(await previewRecords(parts, place, { records, faults, file: given.name })), faults: shown }
    const slice: Slice = {
      records,
      faults,
      file: given.name,
      firstByte: 0,
      bytes: bytes.length,
      sha256,
      cursor: await readCursor(database, item),
    }
    const outcome = await importSlice(parts, place, slice)
    const { batch, ...counts } = outcome
    return { applied: true, batch: batch === 0 ? null : batch, ...counts, faults: shown, sample: [] }
  })
}
