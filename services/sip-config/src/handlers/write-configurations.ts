import type { Bus } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  Fault,
  resetSipTemplates,
  type SipConfiguration,
  type SipTemplateInput,
  sipEndpoints,
  sipSections,
  sipTemplates,
} from '@strowger/schema'
import { builtInTemplates } from '../built-in-templates.ts'
import type { ConfigurationChecks } from '../configuration-checks.ts'
import { configurationView } from '../configuration-view.ts'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import { impactOf } from '../impact.ts'
import { overlaid, type Written } from '../models.ts'
import { createPicture, type Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import type { SipSecrets } from '../secrets.ts'
import { checkRevision } from '../store/held.ts'
import { versionAfter } from '../store/history.ts'
import type { Ledgers } from '../store/ledger.ts'
import type { SipSchema } from '../store/tables.ts'
import { isAsBuiltIn, resetTenantTemplates } from '../tenant-templates.ts'

type Context = Parameters<Scopes['of']>[0]
interface Options {
  readonly ifRevision?: number | undefined
  readonly dryRun?: boolean | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

export function answerConfigurationChanges(
  bus: Bus,
  parts: {
    database: Database<SipSchema>
    ledgers: Ledgers
    writes: ConfigurationWrites
    checks: Pick<ConfigurationChecks, 'refuseNamed'>
    picture: Picture
    scopes: Scopes
    secrets: SipSecrets
  },
): void {
  const { database, ledgers, writes, checks, picture, scopes, secrets } = parts
  const { view } = picture

  async function change(configuration: SipConfiguration, input: SipTemplateInput, context: Context, options: Options) {
    const { person } = scopes.of(context)
    const { uuid, tenant } = configuration
    const { ifRevision, dryRun, ...page } = options
    if (dryRun) {
      checkRevision(configuration, ifRevision)
      const after = writes.preview(view, configuration, input, picture)
      const endpoints = picture.dependents(uuid).map((one) => one.uuid)
      return { applied: false, impact: impactOf(endpoints, picture, after, page) }
    }
    await ledgers.write(person, [person.tenantId, tenant], async (ledger) => {
      // What a phone is told depends on which line has its endpoint, as the tables have it now.
      await ledger.lockEndpoint(uuid)
      await writes.update(ledger, uuid, input, ifRevision)
    })
    return {}
  }

  for (const [kind, requests] of [
    ['endpoint', sipEndpoints],
    ['template', sipTemplates],
  ] as const) {
    const found = (uuid: string, context: Context) => {
      const configuration = view.get('configuration', uuid)
      return scopes.of(context).found(configuration?.kind === kind ? configuration : undefined, `SIP ${kind} ${uuid}`)
    }

    bus.reply(requests.create, async ({ configuration: input }, { context }) => {
      const { person, tenant } = scopes.of(context)
      const created = await ledgers.write(person, [tenant], (ledger) => writes.create(ledger, tenant, kind, input))
      return configurationView(created, picture)
    })

    bus.reply(requests.update, async ({ uuid, configuration: input, ...options }, { context }) =>
      change(found(uuid, context), input, context, options),
    )

    bus.reply(requests.revert, async ({ uuid, to, ...options }, { context }) => {
      const configuration = found(uuid, context)
      const version = await versionAfter(database, configuration.tenant, uuid, to.change_set)
      const input: SipTemplateInput = {
        name: version.name,
        label: version.label,
        asterisk_id: version.asterisk_id,
        option_operations: version.operations,
        templates: version.templates.map((parent) => ({ uuid: parent })),
        transport: version.transport === null ? null : { uuid: version.transport },
        ...(kind === 'template' ? { shared: version.shared } : {}),
      }
      for (const section of sipSections) {
        const options = version.sections[section] ?? []
        input[`${section}_section_options`] = options.map(([option, value]) => [
          option,
          secrets.open(uuid, section, option, value),
        ])
      }
      return change(configuration, input, context, options)
    })

    bus.reply(requests.delete, async ({ uuid, ifRevision, dryRun, users, replacement, ...page }, { context }) => {
      const { person } = scopes.of(context)
      const configuration = found(uuid, context)
      checkRevision(configuration, ifRevision)
      refuseUsed(configuration, { users, replacement })
      if (replacement !== undefined && replacement !== uuid) found(replacement, context)
      const children = view.by('child of template', uuid)
      const without = (templates: readonly string[]) =>
        templates
          .flatMap((parent) => (parent === uuid ? (replacement ?? []) : [parent]))
          .filter((parent, index, all) => all.indexOf(parent) === index)
      if (dryRun) {
        const written: Written[] = [
          { kind: 'configuration', key: uuid, document: undefined },
          ...children.map((child): Written => {
            const document = { ...child, templates: without(child.templates) }
            return { kind: 'configuration', key: child.uuid, document }
          }),
        ]
        const endpoints = picture.dependents(uuid).map((one) => one.uuid)
        const after = createPicture(overlaid(view, written), secrets)
        return { applied: false, impact: impactOf(endpoints, picture, after, page) }
      }
      const tenants = [person.tenantId, configuration.tenant, ...children.map(({ tenant }) => tenant)]
      await ledgers.write(person, tenants, async (ledger) => {
        const present = await ledger.locked('configuration', uuid)
        if (present === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
        for (const child of children) {
          const input = { templates: without(child.templates).map((parent) => ({ uuid: parent })) }
          await writes.update(ledger, child.uuid, input)
        }
        await ledger.remove('configuration', present)
        checks.refuseNamed(picture, ledger.view, [present.name])
      })
      return {}
    })
  }

  function refuseUsed(
    configuration: SipConfiguration,
    { users, replacement }: { users?: 'detach' | undefined; replacement?: string | undefined },
  ): void {
    const { uuid, kind, builtIn } = configuration
    if (kind === 'endpoint' && builtIn !== undefined)
      throw new Fault('in-use', { detail: 'Phones that nobody has configured register as this endpoint' })
    const [line] = view.by('line of endpoint', uuid)
    if (line) throw new Fault('in-use', { detail: `The endpoint belongs to line ${line.id}` })
    const [trunk] = view.by('trunk of endpoint', uuid)
    if (trunk) throw new Fault('in-use', { detail: `The endpoint belongs to trunk ${trunk.id}` })
    const children = view.by('child of template', uuid)
    if (kind === 'endpoint' || children.length === 0) return
    if (users === undefined && replacement === undefined) {
      const named = children.slice(0, 5).map(({ label, name }) => label ?? name)
      const more = children.length > named.length ? ` and ${children.length - named.length} more` : ''
      throw new Fault('in-use', {
        detail: `${named.join(', ')}${more} inherit from it: say users=detach, by which they lose its options, or replacement=<uuid of another template>`,
      })
    }
    if (replacement === uuid) throw new Fault('invalid-input', { detail: 'A template cannot replace itself' })
  }

  bus.reply(resetSipTemplates, async ({ dryRun = false }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const changed = new Set<string>()
    if (dryRun) {
      for (const template of builtInTemplates)
        for (const one of view.values('configuration'))
          if (one.tenant === tenant && one.builtIn === template.label && !isAsBuiltIn({ view }, one, template))
            changed.add(one.uuid)
    } else for (const { uuid } of await resetTenantTemplates(ledgers, person, tenant)) changed.add(uuid)
    const templates = [...view.values('configuration')]
      .filter((one) => one.tenant === tenant && one.builtIn !== undefined)
      .map(({ uuid, builtIn = '' }) => ({ uuid, label: builtIn, changed: changed.has(uuid) }))
    return { applied: !dryRun, templates: templates.sort((a, b) => (a.label < b.label ? -1 : 1)) }
  })
}
