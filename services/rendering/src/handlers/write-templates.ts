import type { Bus } from '@strowger/bus'
import { type Database, type Person, personFrom } from '@strowger/database'
import { templateProblem } from '@strowger/render'
import { type CustomFile, copyTemplates, deleteTemplate, Fault, type Preview, putTemplate } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { PluginVariants } from '../plugin-variants.ts'
import { previewOf, timeLimit } from '../preview.ts'
import type { Renderer } from '../renderer.ts'
import { type CustomFileChange, changeCustomFiles, customFileKey } from '../store/custom-files.ts'
import type { ProvisioningSchema } from '../store/tables.ts'
import type { TemplatePlaces } from '../template-place.ts'
import { textDiff } from '../text-diff.ts'

/** Devices named in an answer; the number beside them is exact. */
const namedDevices = 100
/** Devices that a dry run renders; a preview goes through all of them. */
const dryRunDevices = 100

/** Custom templates are written, removed and copied. What is affected is rendered when the event of it comes. */
export function answerTemplateChanges(
  bus: Bus,
  parts: {
    places: TemplatePlaces
    variants: Pick<PluginVariants, 'of' | 'trying'>
    renderer: Renderer
    clock: Pick<Clock, 'monotonicMs'>
    database: Database<ProvisioningSchema>
    applyLocal: (key: string, file: CustomFile | undefined) => void
  },
): void {
  const { places, variants, renderer, clock, database, applyLocal } = parts

  function concerned(tenant: string, plugin: string) {
    const devices = places.devices(tenant, plugin)
    return { devices: devices.slice(0, namedDevices).map(({ id }) => id), deviceCount: devices.length }
  }

  /** As `plugin` would be with these; of devices that use one of `of`, which is the plugin itself when not given. */
  function previewed(
    tenant: string,
    plugin: string,
    templates: ReadonlyMap<string, string | null>,
    of: readonly string[] = [plugin],
  ): Promise<Preview> {
    return previewOf(renderer, {
      devices: places.devices(tenant, ...of),
      tried: variants.trying(plugin, { tenant, templates }),
      present: variants.of(plugin, tenant),
      tenant,
      limit: dryRunDevices,
      offset: 0,
      isOver: timeLimit(clock),
    })
  }

  async function write(writer: Person, tenant: string, changes: readonly CustomFileChange[]): Promise<void> {
    const written = await changeCustomFiles(database, writer, tenant, changes)
    for (const change of changes) {
      const key = customFileKey(change)
      applyLocal(
        key,
        written.find((file) => customFileKey(file) === key),
      )
    }
  }

  function refuseStale(present: CustomFile | undefined, ifRevision: number | undefined): void {
    if (ifRevision === undefined || ifRevision === (present?.revision ?? 0)) return
    throw new Fault('stale-revision', { detail: `The template is at revision ${present?.revision ?? 0}` })
  }

  bus.reply(putTemplate, async ({ plugin, name, template: { text }, ifRevision, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const { tenantId: tenant } = writer
    const id = places.pluginId(plugin)
    refuseBroken(name, text)
    if (dryRun) {
      refuseStale(places.own(tenant, id, name), ifRevision)
      const preview = await previewed(tenant, id, new Map([[name, text]]))
      return { applied: false, ...concerned(tenant, id), preview }
    }
    await write(writer, tenant, [{ tenant, plugin: id, folder: 'templates', name, content: text, ifRevision }])
    const template = places.view(tenant, id, name)
    return { ...(template && { template }), applied: true, ...concerned(tenant, id) }
  })

  bus.reply(deleteTemplate, async ({ plugin, name, ifRevision, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const { tenantId: tenant } = writer
    const id = places.pluginId(plugin, { orCustom: tenant })
    const present = places.own(tenant, id, name)
    if (dryRun) {
      if (present === undefined)
        throw new Fault('not-found', { detail: `This tenant has no custom template ${name} of ${id}` })
      refuseStale(present, ifRevision)
      const preview = await previewed(tenant, id, new Map([[name, null]]))
      return { applied: false, ...concerned(tenant, id), preview }
    }
    await write(writer, tenant, [{ tenant, plugin: id, folder: 'templates', name, content: undefined, ifRevision }])
    const template = places.view(tenant, id, name)
    return { ...(template && { template }), applied: true, ...concerned(tenant, id) }
  })

  bus.reply(copyTemplates, async ({ plugin, copy, dryRun = false }, { context }) => {
    const writer = personFrom(context)
    const { tenantId: tenant } = writer
    const to = places.pluginId(plugin)
    const from = places.pluginId(copy.from, { orCustom: tenant })
    const sources = places.ownOf(tenant, from, 'templates')
    const missing = copy.names?.find((name) => !sources.some((source) => source.name === name))
    if (missing !== undefined)
      throw new Fault('not-found', { detail: `This tenant has no custom template ${missing} of ${from}` })
    const wanted = sources.filter(({ name }) => copy.names === undefined || copy.names.includes(name))
    const items = wanted.map(({ name, content }) => {
      const present = places.own(tenant, to, name)
      const replaced = places.view(tenant, to, name)
      const problem = templateProblem(name, content)
      const outcome = copyOutcome(content, present, problem, copy.overwrite ?? false)
      const diff = textDiff(name, replaced?.custom ?? replaced?.shipped ?? '', content, 10_000)
      return { name, outcome, ...(problem === undefined ? {} : { problem }), diff }
    })
    const copied = wanted.filter((_source, index) => items[index]?.outcome === 'copied')
    // The phones that will come from the old plugin are those that show whether it fits.
    const preview = await previewed(tenant, to, new Map(copied.map(({ name, content }) => [name, content])), [from, to])
    if (!dryRun && copied.length > 0) {
      const place = { tenant, plugin: to, folder: 'templates' as const }
      await write(
        writer,
        tenant,
        copied.map(({ name, content }) => ({ ...place, name, content })),
      )
    }
    const shown = items.reduce((sum, { diff }) => sum + diff.length, 0) > 300_000
    return { applied: !dryRun, items: shown ? items.map((item) => ({ ...item, diff: '' })) : items, preview }
  })
}

function copyOutcome(
  content: string,
  present: CustomFile | undefined,
  problem: string | undefined,
  overwrite: boolean,
) {
  if (problem !== undefined) return 'broken' as const
  if (present?.content === content) return 'same' as const
  return present === undefined || overwrite ? ('copied' as const) : ('kept' as const)
}

/** A template that cannot be compiled is refused before anything is written. */
function refuseBroken(name: string, text: string): void {
  const nul = text.indexOf('\0')
  const problem =
    nul < 0 ? templateProblem(name, text) : `${name}:${text.slice(0, nul).split('\n').length}: a NUL character`
  if (problem === undefined) return
  throw new Fault('invalid-input', { detail: problem, fields: [{ field: '/template/text', problem }] })
}
