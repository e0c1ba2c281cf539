import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  createRatingUpload,
  listBatches,
  putRatingUploadPart,
  type Tenants,
  tenantsFrom,
  withdrawBatch,
} from '@strowger/schema'
import { newId } from '@strowger/service'
import { listStoredBatches, withdrawStoredBatch } from '../store/batch-list.ts'
import { changeItems } from '../store/items.ts'
import type { RatingSchema } from '../store/tables.ts'
import { createStoredUpload, putStoredPart } from '../store/uploads.ts'

/** What was taken from sources, and taking it back; files that come in parts. */
export function answerBatches(
  bus: Bus,
  parts: {
    database: Database<RatingSchema>
    tenants: Tenants
    replayDue: () => void
  },
): void {
  const { database, tenants, replayDue } = parts

  bus.reply(listBatches, async (input, { context }) => {
    const { source, search, direction = 'desc', limit = 100, offset = 0, recurse = false } = input
    const tenant = personFrom(context).tenantId
    const scope = recurse ? tenantsFrom(tenants, tenant) : [tenant]
    return listStoredBatches(database, scope, { source, search, direction, limit, offset })
  })

  bus.reply(withdrawBatch, async ({ id, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const scope = tenantsFrom(tenants, writer.tenantId)
    const done = await changeItems(database, { tenants: scope, writer, dryRun }, (tx) =>
      withdrawStoredBatch(tx, scope, id),
    )
    // What its calls had used of allowances is given back: the calls after them are rated again.
    if (!dryRun) replayDue()
    return { ...done, applied: !dryRun, usedBy: { calls: 0, first: null, last: null, rerate: null } }
  })

  bus.reply(createRatingUpload, async ({ upload }, { context }) => {
    const id = newId()
    await createStoredUpload(database, { tenant: personFrom(context).tenantId, id, name: upload.name })
    return { id, name: upload.name }
  })

  bus.reply(putRatingUploadPart, async ({ id, place, part }, { context }) => {
    const content = Buffer.from(part.base64, 'base64')
    return { id, ...(await putStoredPart(database, { tenant: personFrom(context).tenantId, id, place, content })) }
  })
}
