import type { Bus } from '@strowger/bus'
import { type Database, eraseOperation } from '@strowger/database'
import { eraseConfigs } from '@strowger/schema'
import { configFromRow, messagesOfConfig } from '../store/configs.ts'
import { customFileFromRow, messagesOfCustomFile } from '../store/custom-files.ts'
import { messageOf } from '../store/rendered.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

/** Configs, custom templates and files of a tenant go, and what was rendered for its devices. */
export function answerErase(bus: Bus, { database }: { database: Database<ProvisioningSchema> }): void {
  bus.reply(
    eraseConfigs,
    eraseOperation<ProvisioningSchema>({
      database,
      async more(tx, { dryRun }) {
        if (dryRun) return {}
        const configs = await tx.selectFrom('config').selectAll().execute()
        const files = await tx.selectFrom('custom_file').selectAll().execute()
        const rendered = await tx.selectFrom('rendered').select('device_id').execute()
        await tx.outbox.addMany([
          ...configs.flatMap((row) => messagesOfConfig(configFromRow(row), true)),
          ...files.flatMap((row) => messagesOfCustomFile(customFileFromRow(row), true)),
          ...rendered.map(({ device_id }) => messageOf(device_id, undefined)),
        ])
        return {}
      },
    }),
  )
}
