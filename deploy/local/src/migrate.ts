import { connectionFromUrl, ensureDatabase } from '@strowger/database'
import { createClock, readSettings } from '@strowger/service'
import { migrateEverything } from './infrastructure.ts'
import { openSecrets } from './secrets.ts'
import { migrateSettings } from './settings.ts'

const settings = readSettings(migrateSettings, process.env)
const clock = createClock()
const say = (text: string) => void process.stdout.write(`${text}\n`)

const admin = {
  ...connectionFromUrl(settings.DATABASE_URL),
  ...(settings.DATABASE_PASSWORD === undefined ? {} : { password: settings.DATABASE_PASSWORD }),
}
const secrets = openSecrets(settings.SECRETS_DIR)
const untilMs = clock.monotonicMs() + settings.WAIT_MS

for (;;) {
  try {
    await ensureDatabase({ ...admin, database: 'postgres' }, admin.database)
    await migrateEverything(
      { admin, url: settings.DATABASE_URL },
      { url: settings.NATS_URL, hasUsers: true },
      { secrets, say },
    )
    break
  } catch (error) {
    const { message, internal } = error as { message: string; internal?: string }
    say(`not yet: ${internal === undefined ? message : `${message} (${internal})`}`)
    if (clock.monotonicMs() > untilMs) process.exit(1)
    await clock.sleep(2_000)
  }
}
say('migrated')
process.exit(0)
