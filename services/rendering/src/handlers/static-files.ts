import type { Bus } from '@strowger/bus'
import { type Database, type Person, personFrom } from '@strowger/database'
import {
  type CustomFile,
  deleteStaticFile,
  Fault,
  listStaticFiles,
  maxStaticFileBytes,
  pageOf,
  putStaticFile,
  type StaticFileView,
} from '@strowger/schema'
import { isRenderedName } from '../device-files.ts'
import { digestOf } from '../digest.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { PluginVariants } from '../plugin-variants.ts'
import { changeCustomFiles, customFileKey } from '../store/custom-files.ts'
import type { ProvisioningSchema } from '../store/tables.ts'
import type { TemplatePlaces } from '../template-place.ts'

/** Files of a tenant’s own that phones are served as they are: ringtones, logos, dial plans. */
export function answerStaticFiles(
  bus: Bus,
  parts: {
    places: TemplatePlaces
    plugins: ReadonlyMap<string, LoadedPlugin>
    variants: Pick<PluginVariants, 'inForce'>
    database: Database<ProvisioningSchema>
    applyLocal: (key: string, file: CustomFile | undefined) => void
  },
): void {
  const { places, plugins, variants, database, applyLocal } = parts

  bus.reply(listStaticFiles, async ({ plugin, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    const id = places.pluginId(plugin, { orCustom: tenantId })
    const found = variants.inForce(id, tenantId).filter(({ folder }) => folder === 'tftpboot')
    return pageOf(found.map(viewOf), query, {
      texts: ({ name }) => [name],
      by: { name: ({ name }) => name, at: ({ at }) => at, bytes: ({ bytes }) => bytes },
      id: ({ name }) => name,
    })
  })

  bus.reply(putStaticFile, async ({ plugin, name, file, ifRevision, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const id = places.pluginId(plugin)
    refuseStaticFile(plugins.get(id), name, Buffer.from(file.base64, 'base64').byteLength)
    if (dryRun) return { applied: false }
    // As Node writes it: one text for the same bytes.
    const content = Buffer.from(file.base64, 'base64').toString('base64')
    const written = await change(writer, { plugin: id, name, content, ifRevision })
    return { ...(written && { file: viewOf(written) }), applied: true }
  })

  bus.reply(deleteStaticFile, async ({ plugin, name, ifRevision, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const id = places.pluginId(plugin, { orCustom: writer.tenantId })
    const isThere = places.ownOf(writer.tenantId, id, 'tftpboot').some((file) => file.name === name)
    if (!isThere) throw new Fault('not-found', { detail: `This tenant has no file ${name} for ${id}` })
    if (dryRun) return { applied: false }
    await change(writer, { plugin: id, name, content: undefined, ifRevision })
    return { applied: true }
  })

  async function change(
    writer: Person & { tenantId: string },
    wanted: { plugin: string; name: string; content: string | undefined; ifRevision: number | undefined },
  ): Promise<CustomFile | undefined> {
    const place = { ...wanted, tenant: writer.tenantId, folder: 'tftpboot' as const }
    const [written] = await changeCustomFiles(database, writer, writer.tenantId, [place])
    applyLocal(customFileKey(place), written)
    return written
  }
}

/** Fault for a file that cannot be one of a tenant’s own: too large, or rendered by the plugin. */
function refuseStaticFile(plugin: LoadedPlugin | undefined, name: string, bytes: number): void {
  if (bytes > maxStaticFileBytes)
    throw new Fault('too-large', { detail: `${name} has ${bytes} bytes; ${maxStaticFileBytes} are accepted` })
  if (plugin && isRenderedName(plugin.manifest, name))
    throw new Fault('conflict', { detail: `${name} is rendered: write a custom template ${name}.tpl instead` })
}

function viewOf({ name, tenant, revision, at, content }: CustomFile): StaticFileView {
  const bytes = Buffer.from(content, 'base64')
  return { name, tenant, revision, at, bytes: bytes.byteLength, digest: digestOf(bytes) }
}
