import { createHash } from 'node:crypto'
import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  compareDecksInParts,
  DeckExportFault,
  type DeckMapping,
  deckPresets,
  exportDeck,
  ownDeckMapping,
  unpackDeck,
} from '@strowger/rating'
import {
  exportDeckRows,
  Fault,
  importDeckRows,
  listDeckPresets,
  listDeckVersions,
  type RatingDeck,
  refuseStale,
} from '@strowger/schema'
import type { Clock } from '@strowger/service'
import { decksInUse } from '../configuration/compose.ts'
import { deckSettings } from '../configuration/deck-cache.ts'
import type { Engines } from '../configuration/engines.ts'
import { betweenOthers } from '../decks/between-others.ts'
import { importInThread } from '../decks/import-in-thread.ts'
import { lossesWith } from '../decks/losses.ts'
import { insertDeckVersion, listStoredVersions, readDeckVersion } from '../store/decks.ts'
import { changeItems, type StoredItem, updateItem } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { readStoredUpload } from '../store/uploads.ts'

/** Pieces of an export in one answer, about 64 KiB each. */
const piecesPerPage = 6
const changesShown = 200

/** Rows of decks: in from files, all or nothing, with everything that would be noticed later said before; and out again. */
export function answerDecks(
  bus: Bus,
  parts: { database: Database<RatingSchema>; engines: Engines; changed: (tenant: string) => void; clock: Clock },
): void {
  const { database, engines, changed, clock } = parts

  bus.reply(listDeckPresets, async ({ search = '', limit = 100, offset = 0 }) => {
    const found = deckPresets.filter(({ id, title }) => `${id} ${title}`.toLowerCase().includes(search.toLowerCase()))
    return {
      items: found.slice(offset, offset + limit).map(({ id, title, mapping }) => ({ id, title, mapping })),
      total: found.length,
    }
  })

  async function deckOf(tenant: string, id: string) {
    const items = await engines.itemsOf(tenant)
    const item = items.at(tenant, 'deck', id)
    if (item === undefined) throw new Fault('not-found', { detail: `There is no deck ${id}` })
    return { item, data: item.data as unknown as RatingDeck, settings: deckSettings(item, items) }
  }

  function mappingOf(preset: string | undefined, mapping: object | undefined): DeckMapping {
    if (mapping !== undefined) return mapping as DeckMapping
    if (preset === undefined || preset === 'own') return ownDeckMapping
    const found = deckPresets.find(({ id }) => id === preset)
    if (found === undefined) throw new Fault('invalid-input', { detail: `There is no preset "${preset}"` })
    return found.mapping
  }

  bus.reply(importDeckRows, async ({ id, import: given, ifRevision, dryRun = false }, { context }) => {
    const begun = clock.monotonicMs()
    const writer = personFrom(context)
    const tenant = writer.tenantId
    const { item, settings } = await deckOf(tenant, id)
    refuseStale('The deck', item.revision, ifRevision)
    const bytes =
      given.upload === undefined
        ? Buffer.from(given.text ?? '')
        : await readStoredUpload(database, { tenant, id: given.upload })
    const job = {
      file: given.name,
      bytes,
      mapping: mappingOf(given.preset, given.mapping),
      settings,
      revision: item.revision + 1,
    }
    const { packed, rows, faults, faultCount, warnings, warningCount, preview } = await importInThread(job)
    const seen = {
      rows,
      faultCount,
      faults: faults.slice(0, changesShown),
      warningCount,
      warnings: warnings.slice(0, changesShown),
      preview: preview.map(plain),
    }
    const nothing = { applied: false, version: null, difference: null, losses: 0, lossExamples: [] }
    const tookMs = () => Math.round(clock.monotonicMs() - begun)
    if (packed === undefined) {
      if (dryRun) return { ...nothing, ...seen, tookMs: tookMs() }
      throw new Fault('invalid-input', {
        detail: `${faultCount} faults in ${given.name}; nothing was imported`,
        fields: seen.faults.map(({ file, line, column, reason }) => ({
          field: `${file}:${line}:${column}`,
          problem: reason,
        })),
      })
    }
    const next = unpackDeck(packed, settings)
    const { tariffs, decksOf } = await engines.known(tenant)
    const composed = item.composed
    const decks = await decksOf(decksInUse(tariffs).add(composed))
    const live = decks.get(composed)
    const nowMs = clock.now()
    const difference =
      live === undefined ? null : await betweenOthers(compareDecksInParts(live, next, nowMs, changesShown))
    const found = await betweenOthers(lossesWith({ tariffs, decks }, composed, next, nowMs))
    const told = {
      ...seen,
      difference: difference && {
        counts: { ...difference.counts },
        changes: difference.changes.map((change) => ({ ...change })),
      },
      ...found,
    }
    if (dryRun) return { applied: false, version: null, ...told, tookMs: tookMs() }
    if (found.losses > 0 && given.acceptLoss !== true) {
      throw new Fault('conflict', {
        detail: `${found.losses} prefixes would be sold below cost, as ${found.lossExamples[0]?.prefix} for ${found.lossExamples[0]?.income} at ${found.lossExamples[0]?.cost}; import with acceptLoss when that is meant`,
      })
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const { version, written } = await changeItems(
      database,
      { tenants: [tenant], writer, dryRun: false },
      async (tx) => {
        const version = await insertDeckVersion(tx, { tenant, deck: id, rows, sha256, content: packed })
        const change = (before: StoredItem) => ({ ...before.data, version, rows })
        return { version, written: await updateItem(tx, { tenant, kind: 'deck', id, ifRevision }, change) }
      },
    )
    engines.decks.keep(version, settings, next)
    engines.put(written)
    changed(tenant)
    return { applied: true, version, ...told, tookMs: tookMs() }
  })

  bus.reply(exportDeckRows, async ({ id, preset, version, page = 0 }, { context }) => {
    const { tenantId } = personFrom(context)
    const { data, settings } = await deckOf(tenantId, id)
    const wanted = version ?? data.version
    const bytes = wanted === undefined ? undefined : await readDeckVersion(database, [tenantId], wanted)
    if (bytes === undefined) throw new Fault('not-found', { detail: `The deck ${id} has no rows` })
    const deck = unpackDeck(bytes, settings)
    try {
      let place = 0
      let text = ''
      for (const piece of exportDeck(deck, mappingOf(preset, undefined))) {
        if (place >= (page + 1) * piecesPerPage) return { text, next: page + 1, rows: deck.rows }
        if (place >= page * piecesPerPage) text += piece
        place += 1
      }
      return { text, next: null, rows: deck.rows }
    } catch (error) {
      if (error instanceof DeckExportFault) throw new Fault('invalid-input', { detail: error.message })
      throw error
    }
  })

  bus.reply(listDeckVersions, async ({ id, direction = 'desc', limit = 100, offset = 0 }, { context }) => {
    const { tenantId } = personFrom(context)
    const { data } = await deckOf(tenantId, id)
    const { items, total } = await listStoredVersions(database, {
      tenant: tenantId,
      deck: id,
      direction,
      limit,
      offset,
    })
    return { items: items.map((one) => ({ ...one, live: one.version === data.version })), total }
  })
}

/** As JSON has it: open ends are left out. */
function plain(row: object): object {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)),
  )
}
