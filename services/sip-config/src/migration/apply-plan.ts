import { setImmediate } from 'node:timers/promises'
import { generalTemplate, type MigrationPlan, type PlannedConfiguration } from '@strowger/asterisk'
import {
  Fault,
  rootTenantId,
  type SipConfiguration,
  type SipOption,
  type SipTemplateInput,
  sipSections,
} from '@strowger/schema'
import { newUuid } from '@strowger/service'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import { newProvisioningCode } from '../handlers/lines.ts'
import type { Ledger } from '../store/ledger.ts'
import { randomName } from '../tenant-templates.ts'

/** What became of one thing that was planned. */
export interface AppliedItem {
  readonly kind: 'template' | 'endpoint' | 'transport' | 'line' | 'trunk' | 'global' | 'system' | 'domain_alias'
  readonly name: string
  readonly outcome: 'added' | 'changed' | 'same' | 'refused'
  /** Why it was refused. */
  readonly reason?: string
}

/**
 * Writes what an import planned, within one transaction. What is there already by its name is changed to be as planned,
 * so that the same import does nothing a second time. What cannot be is refused with its reason, and the rest goes on.
 */
export async function applyPlan(
  ledger: Ledger,
  plan: Omit<MigrationPlan, 'report'>,
  parts: { tenant: string; writes: ConfigurationWrites; progress?: (done: number, of: number) => void },
): Promise<AppliedItem[]> {
  const { tenant, writes, progress = () => {} } = parts
  const items: AppliedItem[] = []
  const uuids = new Map<string, string>()
  const attempt = async (kind: AppliedItem['kind'], name: string, work: () => Promise<AppliedItem['outcome']>) => {
    try {
      items.push({ kind, name, outcome: await work() })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      items.push({ kind, name, outcome: 'refused', reason: error.message })
    }
  }

  for (const transport of plan.transports)
    await attempt('transport', transport.name, () => putTransport(ledger, transport))
  for (const section of ['global', 'system', 'domain_alias'] as const)
    if (plan[section].length > 0) await attempt(section, section, () => putSection(ledger, section, plan[section]))
  const added: { planned: PlannedConfiguration; row: Record<string, unknown> & { uuid: string } }[] = []
  const ordered = inOrder(plan.configurations)
  for (const [index, planned] of ordered.entries()) {
    if (index % 50 === 0) {
      progress(index, 2 * ordered.length)
      // Others are answered in between.
      await setImmediate()
    }
    await attempt(planned.kind, planned.name, async () => {
      const present = presentOf(ledger, tenant, planned)
      const input = inputOf(ledger, tenant, planned, uuids, present)
      if (present === undefined) {
        const row = await writes.prepare(ledger, tenant, planned.kind, input)
        uuids.set(planned.name, row.uuid)
        // Others inherit from a template at once; nobody asks for an endpoint before all are there.
        if (planned.kind === 'template') await ledger.insert('configuration', row)
        else added.push({ planned, row })
        return 'added'
      }
      uuids.set(planned.name, present.uuid)
      if (planned.kind === 'endpoint' && writes.isSame(present, input)) return 'same'
      const written = await writes.update(ledger, present.uuid, input)
      return written.revision === present.revision ? 'same' : 'changed'
    })
  }
  for (let at = 0; at < added.length; at += addedAtOnce) {
    progress(ordered.length + at, 2 * ordered.length)
    const some = added.slice(at, at + addedAtOnce)
    await ledger.insertMany(
      'configuration',
      some.map(({ row }) => row),
    )
  }
  const isLine = (planned: PlannedConfiguration) => planned.kind === 'endpoint' && planned.role !== 'trunk'
  for (const planned of ordered) {
    const endpoint = uuids.get(planned.name)
    if (planned.role === 'trunk' && planned.kind === 'endpoint' && endpoint !== undefined)
      await attempt('trunk', planned.name, () => putTrunk(ledger, tenant, endpoint))
  }
  const wanted = ordered.filter((planned) => isLine(planned) && uuids.has(planned.name))
  await putLines(ledger, tenant, wanted, uuids, attempt)
  return items
}

const addedAtOnce = 500

/** Parents before those that inherit from them. */
function inOrder(planned: readonly PlannedConfiguration[]): PlannedConfiguration[] {
  const byName = new Map(planned.map((one) => [one.name, one]))
  const ordered = new Set<PlannedConfiguration>()
  const visit = (one: PlannedConfiguration, way: readonly PlannedConfiguration[]) => {
    if (ordered.has(one) || way.includes(one)) return
    for (const parent of one.parents) {
      const found = byName.get(parent)
      if (found) visit(found, [...way, one])
    }
    ordered.add(one)
  }
  for (const one of planned) visit(one, [])
  return [...ordered]
}

/** A template is known again by its label, since names are of all tenants; an endpoint by its name. */
function presentOf(ledger: Ledger, tenant: string, planned: PlannedConfiguration): SipConfiguration | undefined {
  if (planned.role === 'general') return builtIn(ledger, tenant)
  if (planned.kind === 'endpoint') {
    const found = ledger.view.by('configuration of name', planned.name)[0]
    if (found && (found.tenant !== tenant || found.kind !== 'endpoint'))
      throw new Fault('conflict', { detail: `the name ${planned.name} is taken` })
    return found
  }
  for (const one of ledger.view.values('configuration'))
    if (one.tenant === tenant && one.kind === 'template' && one.builtIn === undefined && one.label === planned.name)
      return one
  return undefined
}

function builtIn(ledger: Ledger, tenant: string): SipConfiguration | undefined {
  for (const one of ledger.view.values('configuration'))
    if (one.tenant === tenant && one.builtIn === generalTemplate) return one
  return undefined
}

function transportOf(ledger: Ledger, name: string | undefined): string | undefined {
  for (const one of ledger.view.values('transport')) if (one.name === name) return one.uuid
  return undefined
}

function inputOf(
  ledger: Ledger,
  tenant: string,
  planned: PlannedConfiguration,
  uuids: ReadonlyMap<string, string>,
  present: SipConfiguration | undefined,
): SipTemplateInput {
  const parents = planned.parents.flatMap((name) => {
    const uuid = uuids.get(name) ?? (name === generalTemplate ? builtIn(ledger, tenant)?.uuid : undefined)
    if (uuid === undefined) throw new Fault('invalid-input', { detail: `its template ${name} could not be imported` })
    return [{ uuid }]
  })
  const transport = transportOf(ledger, planned.transport)
  const sections: SipTemplateInput = {}
  for (const section of sipSections) {
    const options = (planned.sections[section] ?? []).map(([option, value]): SipOption => [option, value])
    // The general template keeps what the file does not speak of.
    const kept =
      planned.role === 'general'
        ? (present?.sections[section] ?? []).filter(([option]) => !options.some(([name]) => name === option))
        : []
    sections[`${section}_section_options`] = [...kept, ...options]
  }
  return {
    ...sections,
    option_operations: [...planned.operations],
    ...(planned.role === 'general'
      ? {}
      : { label: planned.kind === 'template' ? planned.name : (planned.label ?? null) }),
    ...(planned.role === 'general' ? {} : { templates: parents }),
    ...(planned.kind === 'endpoint' ? { name: planned.name } : {}),
    ...(planned.kind === 'template' && present === undefined
      ? { name: `${planned.name.slice(0, 64)}-${randomName()}` }
      : {}),
    ...(transport === undefined ? {} : { transport: { uuid: transport } }),
  }
}

async function putTransport(
  ledger: Ledger,
  { name, options }: MigrationPlan['transports'][number],
): Promise<AppliedItem['outcome']> {
  const uuid = transportOf(ledger, name)
  if (uuid === undefined) {
    await ledger.insert('transport', { tenant_id: rootTenantId, uuid: newUuid(), name, options })
    return 'added'
  }
  const present = await ledger.locked('transport', uuid)
  if (present === undefined || JSON.stringify(present.options) === JSON.stringify(options)) return 'same'
  await ledger.update('transport', present, { options })
  return 'changed'
}

async function putSection(
  ledger: Ledger,
  section: 'global' | 'system' | 'domain_alias',
  options: readonly SipOption[],
): Promise<AppliedItem['outcome']> {
  const present = await ledger.locked('setting', `${rootTenantId}/${section}`)
  const wanted = { ...present?.options, ...Object.fromEntries(options) }
  if (present === undefined) {
    await ledger.insert('setting', { tenant_id: rootTenantId, section, options: wanted })
    return 'added'
  }
  if (options.every(([option, value]) => present.options[option] === value)) return 'same'
  await ledger.update('setting', present, { options: wanted })
  return 'changed'
}

async function putTrunk(ledger: Ledger, tenant: string, endpoint: string): Promise<AppliedItem['outcome']> {
  if (ledger.view.by('trunk of endpoint', endpoint).length > 0) return 'same'
  await ledger.insert('trunk', { tenant_id: tenant, context: null, label: null, endpoint })
  return 'added'
}

type Attempt = (kind: AppliedItem['kind'], name: string, work: () => Promise<AppliedItem['outcome']>) => Promise<void>

/** A phone has a line, with the context its peer had; its name is its extension when it is a number. */
async function putLines(
  ledger: Ledger,
  tenant: string,
  wanted: readonly PlannedConfiguration[],
  uuids: ReadonlyMap<string, string>,
  attempt: Attempt,
): Promise<void> {
  const rows: { planned: PlannedConfiguration; context: string; row: Record<string, unknown> }[] = []
  const codes = new Set<string>()
  for (const planned of wanted)
    await attempt('line', planned.name, async () => {
      const endpoint = uuids.get(planned.name) ?? ''
      if (ledger.view.by('line of endpoint', endpoint).length > 0) return 'same'
      const context =
        planned.sections.endpoint?.findLast(([option]) => option === 'context')?.[1] ??
        inheritedContext(ledger, endpoint) ??
        `tenant-${tenant}`
      await ledger.claimContext(context, tenant, `/${planned.name}/context`)
      const code = newProvisioningCode(ledger.view, codes)
      codes.add(code)
      const row = { tenant_id: tenant, context, position: 1, provisioning_code: code, endpoint }
      rows.push({ planned, context, row })
      return 'added'
    })
  const lines = await ledger.insertMany(
    'line',
    rows.map(({ row }) => row),
  )
  const taken = new Set<string>()
  const extensions = rows.flatMap(({ planned: { source: exten }, context }, index) => {
    const line = lines[index]
    const place = `${exten}@${context}`
    if (line === undefined || !/^[0-9*#]{1,40}$/.test(exten) || taken.has(place)) return []
    if (ledger.view.by('extension at', place).length > 0) return []
    taken.add(place)
    return [{ tenant_id: tenant, exten, context, line_id: line.id }]
  })
  await ledger.insertMany('extension', extensions)
}

function inheritedContext(ledger: Ledger, uuid: string, seen: ReadonlySet<string> = new Set()): string | undefined {
  const configuration = ledger.view.get('configuration', uuid)
  if (configuration === undefined || seen.has(uuid)) return undefined
  const own = configuration.sections.endpoint?.findLast(([option]) => option === 'context')?.[1]
  if (own !== undefined) return own
  for (const parent of configuration.templates.toReversed()) {
    const found = inheritedContext(ledger, parent, new Set([...seen, uuid]))
    if (found !== undefined) return found
  }
  return undefined
}
