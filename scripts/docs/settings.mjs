import { existsSync } from 'node:fs'
import { localSettings, migrateSettings } from '../../deploy/local/dist/index.js'
import { serviceNames } from '../../packages/schema/dist/index.js'
import { commonSettings, databaseSettings, settingsDocumentation } from '../../packages/service/dist/index.js'
import { page } from './page.mjs'

/** Every setting, by where it is read. */
export async function settingsPage() {
  const services = []
  for (const name of serviceNames) services.push([name, await settingsOf(name)])
  const withTables = services.filter(([, settings]) => 'DATABASE_POOL_SIZE' in settings).map(([name]) => name)
  return page(
    'Settings',
    'A setting is an environment variable. All faults are reported at once, before anything starts. A secret can be given as a file whose path is in `<NAME>_FILE`.',
    '## make run',
    'What `make run` reads. It gives each service what it needs to find NATS, PostgreSQL and its keys; every other variable that you set is handed on to the services.',
    settingsDocumentation(localSettings).trimEnd(),
    '## migrate',
    'What `migrate` reads, where services run in containers or as units of systemd.',
    settingsDocumentation(migrateSettings).trimEnd(),
    '## Every service',
    settingsDocumentation(commonSettings).trimEnd(),
    '## Every service that has tables',
    `${withTables.join(', ')}.`,
    settingsDocumentation(databaseSettings).trimEnd(),
    services.map(([name, settings]) => ownBlocks(name, settings)),
  )
}

function ownBlocks(name, settings) {
  const own = Object.entries(settings).filter(
    ([setting, definition]) => definition !== commonSettings[setting] && definition !== databaseSettings[setting],
  )
  return [
    `## ${name}`,
    own.length === 0 ? 'None of its own.' : settingsDocumentation(Object.fromEntries(own)).trimEnd(),
  ]
}

/** What a service's config.ts defines, its only export that ends in `Settings`. */
async function settingsOf(service) {
  const file = new URL(`../../services/${service}/dist/config.js`, import.meta.url)
  if (!existsSync(file)) return {}
  const exported = Object.entries(await import(file.href)).filter(([name]) => name.endsWith('Settings'))
  if (exported.length !== 1) throw new Error(`services/${service}/src/config.ts must export one …Settings`)
  return exported[0][1]
}
