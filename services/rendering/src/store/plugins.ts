import { bucketSubject } from '@strowger/bus'
import type { Selectable } from '@strowger/database'
import { type Database, sql } from '@strowger/database'
import { type Plugin, pluginChanged, pluginsBucket, rootTenantId } from '@strowger/schema'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { PluginTable, ProvisioningSchema } from './tables.ts'

/**
 * Records the plugins that this version brings; what is new or has other contents is told to the house. Answers their
 * documents. `always`: tell of all of them, for a read model that has been lost.
 */
export async function registerPlugins(
  database: Database<ProvisioningSchema>,
  loaded: readonly LoadedPlugin[],
  always: boolean,
): Promise<Plugin[]> {
  return database.inTenants([rootTenantId], { writer: { kind: 'system' } }, async (tx) => {
    const { rows } = await sql<Pick<Selectable<PluginTable>, 'id' | 'revision'>>`
      insert into plugin (id, version, hash, origin)
      select id, version, hash, origin from jsonb_to_recordset(${JSON.stringify(
        loaded.map(({ manifest, hash, origin }) => ({ id: manifest.id, version: manifest.version, hash, origin })),
      )}::jsonb) as told (id text, version text, hash text, origin text)
      on conflict (id) do update set version = excluded.version, hash = excluded.hash, origin = excluded.origin
        where plugin.hash <> excluded.hash or plugin.origin <> excluded.origin
      returning id, revision`.execute(tx)
    const changed = new Set(rows.map(({ id }) => id))
    const stored = await tx.selectFrom('plugin').select(['id', 'revision']).execute()
    const revisions = new Map(stored.map(({ id, revision }) => [id, Number(revision)]))
    const plugins = loaded.map(({ manifest, hash }) => ({
      id: manifest.id,
      revision: revisions.get(manifest.id) ?? 0,
      hash,
      manifest,
    }))
    for (const plugin of plugins) {
      if (!always && !changed.has(plugin.id)) continue
      await tx.outbox.add({ subject: bucketSubject(pluginsBucket, plugin.id), payload: plugin })
      if (!changed.has(plugin.id)) continue
      const payload = { id: plugin.id, hash: plugin.hash }
      await tx.outbox.add({ subject: `${pluginChanged.subject}.${rootTenantId}`, payload })
    }
    return plugins
  })
}

export async function pluginTimes(database: Database<ProvisioningSchema>): Promise<Map<string, Date>> {
  const rows = await database.db.selectFrom('plugin').select(['id', 'installed_at']).execute()
  return new Map(rows.map(({ id, installed_at: installedAt }) => [id, installedAt]))
}
