import type { Database, OutboxMessage, RevertedRow, TenantTransaction } from '@strowger/database'
import { type Config, rootTenantId } from '@strowger/schema'
import { configFromRow, messagesOfConfig } from './configs.ts'
import { customFileFromRow, messagesOfCustomFile } from './custom-files.ts'
import { messageOf, renderedFromRow } from './rendered.ts'
import type { ConfigRow, CustomFileRow, ProvisioningSchema } from './tables.ts'

/** An undo removes a row whichever revision it had. */
const lastOfAll = Number.MAX_SAFE_INTEGER

/** What the house is told when an undo wrote these rows. */
export async function publishReverted(
  tx: TenantTransaction<ProvisioningSchema>,
  rows: readonly RevertedRow[],
): Promise<void> {
  const messages = rows.flatMap(({ table, key, row }) => {
    if (table === 'custom_file') return messagesOfRevertedFile(key, row)
    if (row) return messagesOfConfig(configFromRow(row as unknown as ConfigRow), false)
    const gone: Config = {
      tenant: String(key['tenant_id'] ?? rootTenantId),
      id: String(key['id']),
      revision: lastOfAll,
      parents: [],
      raw: {},
      deletable: true,
    }
    return messagesOfConfig(gone, true)
  })
  await tx.outbox.addMany(messages)
}

function messagesOfRevertedFile(key: RevertedRow['key'], row: RevertedRow['row']): OutboxMessage[] {
  if (row) return messagesOfCustomFile(customFileFromRow(row as unknown as CustomFileRow), false)
  const gone = { tenant: String(key['tenant_id']), plugin: String(key['plugin']), name: String(key['name']) }
  const folder = key['folder'] === 'tftpboot' ? 'tftpboot' : 'templates'
  return messagesOfCustomFile({ ...gone, folder, revision: lastOfAll, content: '', at: '' }, true)
}

/** Puts everything into the read models again: for buckets that are empty though the tables are not. */
export async function publishAll(database: Database<ProvisioningSchema>, tenants: readonly string[]): Promise<number> {
  let count = 0
  for (const tenant of tenants) {
    count += await database.inTenants([tenant], { writer: { kind: 'system' } }, async (tx) => {
      const configs = await tx.selectFrom('config').selectAll().execute()
      const custom = await tx.selectFrom('custom_file').selectAll().execute()
      const rendered = await tx
        .selectFrom('rendered')
        .select(['device_id', 'tenant_id', 'revision', 'config', 'plugin', 'digests', 'error', 'access', 'updated_at'])
        .execute()
      await tx.outbox.addMany([
        ...configs.flatMap((row) => messagesOfConfig(configFromRow(row), false).slice(0, 1)),
        ...custom.flatMap((row) => messagesOfCustomFile(customFileFromRow(row), false).slice(0, 1)),
        ...rendered.map((row) => messageOf(row.device_id, renderedFromRow(row))),
      ])
      return configs.length + custom.length + rendered.length
    })
  }
  return count
}
