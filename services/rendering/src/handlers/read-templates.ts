import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  Fault,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  pageOf,
  previewTemplates,
  type Tenants,
  tenantsFrom,
} from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { PluginVariants } from '../plugin-variants.ts'
import { previewOf, timeLimit } from '../preview.ts'
import type { Renderer } from '../renderer.ts'
import { customFileVersions } from '../store/custom-files.ts'
import type { ProvisioningSchema } from '../store/tables.ts'
import type { TemplatePlaces } from '../template-place.ts'
import { textDiff } from '../text-diff.ts'

/** Templates as they are, as they were, and what they would make of phones’ files. */
export function answerTemplateQuestions(
  bus: Bus,
  parts: {
    places: TemplatePlaces
    variants: Pick<PluginVariants, 'of' | 'trying'>
    renderer: Renderer
    clock: Pick<Clock, 'monotonicMs'>
    database: Database<ProvisioningSchema>
    tenants: Tenants
  },
): void {
  const { places, variants, renderer, clock, database, tenants } = parts

  bus.reply(listTemplates, async ({ plugin, custom = false, ...query }, { context }) => {
    const { tenantId } = personFrom(context)
    const found = places
      .views(tenantId, places.pluginId(plugin, { orCustom: tenantId }))
      .filter(({ tenant }) => !custom || tenant !== undefined)
    return pageOf(found, query, {
      texts: ({ name }) => [name],
      by: { name: ({ name }) => name, at: ({ at }) => at },
      id: ({ name }) => name,
    })
  })

  bus.reply(getTemplate, async ({ plugin, name }, { context }) => {
    const { tenantId } = personFrom(context)
    const found = places.view(tenantId, places.pluginId(plugin, { orCustom: tenantId }), name)
    if (found === undefined) throw new Fault('not-found', { detail: `${plugin} has no template ${name}` })
    return found
  })

  bus.reply(listTemplateVersions, async ({ plugin, name, limit = 20, offset = 0, direction }, { context }) => {
    const { tenantId } = personFrom(context)
    const id = plugin.replace(/^wazo-/, '')
    const place = { tenant: tenantId, plugin: id, folder: 'templates' as const, name }
    const { versions, total } = await customFileVersions(database, tenantsFrom(tenants, tenantId), place, {
      // Each carries a diff: a page must fit into a message.
      limit: Math.min(limit, 40),
      offset,
      direction,
    })
    const present = places.view(tenantId, id, name)
    // The first version took the place of what the plugin brings.
    const shipped = present?.shipped ?? ''
    if (total === 0 && present === undefined)
      throw new Fault('not-found', { detail: `${plugin} has no template ${name}` })
    return {
      items: versions.map(({ change, at, actor, note, operation, before, after }) => ({
        change: Number(change),
        at: new Date(at).toISOString(),
        actor,
        operation,
        ...(note === null ? {} : { note }),
        diff: textDiff(name, before ?? shipped, after ?? shipped),
      })),
      total,
    }
  })

  bus.reply(
    previewTemplates,
    async ({ plugin, preview, limit = 100, offset = 0 }, { context, signal }) => {
      const { tenantId: tenant } = personFrom(context)
      const id = places.pluginId(plugin)
      const all = places.devices(tenant, id)
      const chosen = preview.device === undefined ? all : all.filter((device) => device.id === preview.device)
      if (preview.device !== undefined && chosen.length === 0)
        throw new Fault('not-found', { detail: `There is no device ${preview.device} with the plugin ${id}` })
      const templates = new Map(Object.entries(preview.templates))
      const tried = variants.trying(id, { tenant, templates })
      return previewOf(renderer, {
        devices: chosen,
        tried,
        present: variants.of(id, tenant),
        tenant,
        limit,
        offset,
        isOver: timeLimit(clock),
        signal,
      })
    },
    // It takes turns with phones’ requests, but not with ten others of its kind.
    { concurrency: 2 },
  )
}
