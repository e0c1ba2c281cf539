import { bucketSubject } from '@strowger/bus'
import type { Database, OutboxMessage, Person, Selectable } from '@strowger/database'
import {
  defaultFloodLimits,
  type FloodLimits,
  type FloodLimitsInput,
  floodBucket,
  refuseStale,
  rootTenantId,
} from '@strowger/schema'
import type { DevicesSchema, FloodLimitsTable } from './tables.ts'

/** The one entry of its bucket. */
export const floodKey = 'limits'

/** What was never written is as the defaults of the running version say. */
export function floodLimitsFromRow(row: Pick<Selectable<FloodLimitsTable>, 'limits' | 'revision'>): FloodLimits {
  return { ...defaultFloodLimits, ...row.limits, revision: Number(row.revision) }
}

export function floodMessage(limits: FloodLimits): OutboxMessage {
  return { subject: bucketSubject(floodBucket, floodKey), payload: limits }
}

/** Changes some of the limits. Fault `stale-revision` when somebody else has meanwhile. */
export function writeFloodLimits(
  database: Database<DevicesSchema>,
  writer: Person,
  change: { limits: FloodLimitsInput; ifRevision: number | undefined },
): Promise<FloodLimits> {
  return database.inTenants([rootTenantId], { writer }, async (tx) => {
    const stored = await tx
      .selectFrom('flood_limits')
      .selectAll()
      .where('tenant_id', '=', rootTenantId)
      .forUpdate()
      .executeTakeFirst()
    const revision = Number(stored?.revision ?? 0)
    refuseStale('The limits', revision, change.ifRevision)
    const columns = { limits: JSON.stringify({ ...stored?.limits, ...change.limits }) as never }
    const row = await tx
      .insertInto('flood_limits')
      .values({ tenant_id: rootTenantId, ...columns } as never)
      .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(columns))
      .returningAll()
      .executeTakeFirstOrThrow()
    const limits = floodLimitsFromRow(row)
    await tx.outbox.add(floodMessage(limits))
    return limits
  })
}
