import type { Writer } from '@strowger/database'
import type { SipConfiguration } from '@strowger/schema'
import { newSecret, newUuid } from '@strowger/service'
import { type BuiltInTemplate, builtInTemplates, firstTransports } from './built-in-templates.ts'
import { installation } from './store/kinds.ts'
import type { Ledger, Ledgers } from './store/ledger.ts'

const system: Writer = { kind: 'system' }

/** Eight letters and digits, as names that nobody chose are. */
export function randomName(): string {
  return newSecret()
    .replaceAll(/[^a-zA-Z0-9]/g, '')
    .toLowerCase()
    .slice(0, 8)
}

function builtInOf(ledger: Pick<Ledger, 'view'>, tenant: string, label: string): SipConfiguration | undefined {
  for (const one of ledger.view.values('configuration')) if (one.tenant === tenant && one.builtIn === label) return one
  return undefined
}

function columnsOf(ledger: Pick<Ledger, 'view'>, tenant: string, template: BuiltInTemplate) {
  let transport: string | null = null
  for (const one of ledger.view.values('transport')) if (one.name === template.transport) transport = one.uuid
  return {
    label: template.label,
    sections: template.sections,
    operations: [],
    templates: template.parents.flatMap((label) => builtInOf(ledger, tenant, label)?.uuid ?? []),
    transport,
  }
}

/** Gives a tenant the templates it has not yet; what it has stays as it is. */
export async function ensureTenantTemplates(ledgers: Ledgers, tenant: string): Promise<void> {
  await ledgers.write(system, [tenant], async (ledger) => {
    // Two replicas may begin at once: the second finds what the first wrote.
    const { rows } = await lockedBuiltIns(ledger, tenant)
    const held = new Set(rows.map(({ built_in }) => built_in))
    for (const template of builtInTemplates) {
      if (held.has(template.label)) continue
      await ledger.insert('configuration', {
        tenant_id: tenant,
        uuid: newUuid(),
        kind: 'template',
        name: `${template.label}-${randomName()}`,
        built_in: template.label,
        shared: false,
        ...columnsOf(ledger, tenant, template),
      })
    }
  })
}

async function lockedBuiltIns(ledger: Ledger, tenant: string): Promise<{ rows: { built_in: string | null }[] }> {
  const rows = await ledger.tx
    .selectFrom('configuration')
    .select(['uuid', 'built_in'])
    .where('tenant_id', '=', tenant)
    .where('built_in', 'is not', null)
    .forUpdate()
    .execute()
  for (const { uuid } of rows) await ledger.locked('configuration', uuid)
  return { rows }
}

/** Makes the built-in templates of a tenant again what they were at first, keeping their uuids. */
export async function resetTenantTemplates(
  ledgers: Ledgers,
  writer: Writer,
  tenant: string,
): Promise<SipConfiguration[]> {
  await ensureTenantTemplates(ledgers, tenant)
  return ledgers.write(writer, [tenant], async (ledger) => {
    const reset: SipConfiguration[] = []
    for (const template of builtInTemplates) {
      const present = builtInOf(ledger, tenant, template.label)
      if (present === undefined) continue
      const locked = await ledger.locked('configuration', present.uuid)
      if (locked && !isAsBuiltIn(ledger, locked, template))
        reset.push(await ledger.update('configuration', locked, columnsOf(ledger, tenant, template)))
    }
    return reset
  })
}

/** Whether it is still, or again, what it was at first. */
export function isAsBuiltIn(
  ledger: Pick<Ledger, 'view'>,
  present: SipConfiguration,
  template: BuiltInTemplate,
): boolean {
  const first = columnsOf(ledger, present.tenant, template)
  const contents = (one: Pick<SipConfiguration, 'sections' | 'operations' | 'templates'>) =>
    JSON.stringify([
      Object.entries(one.sections)
        .filter(([, options]) => options.length > 0)
        .sort(),
      one.operations,
      one.templates,
    ])
  return (
    present.label === first.label &&
    (present.transport ?? null) === first.transport &&
    contents(present) === contents(first)
  )
}

/** Where Asterisk listens, unless somebody has said so already. */
export async function ensureFirstTransports(ledgers: Ledgers): Promise<void> {
  await ledgers.write(system, [installation], async (ledger) => {
    const present = await ledger.tx.selectFrom('transport').select('uuid').execute()
    if (present.length > 0) return
    for (const transport of firstTransports)
      await ledger.insert('transport', { tenant_id: installation, uuid: newUuid(), ...transport })
  })
}
