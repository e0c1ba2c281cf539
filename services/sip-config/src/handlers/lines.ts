import { randomInt } from 'node:crypto'
import type { Bus } from '@strowger/bus'
import { Fault, type Line, type LineInput, type LineView, lines, pageOf } from '@strowger/schema'
import type { ConfigurationChecks } from '../configuration-checks.ts'
import type { ConfigurationWrites } from '../configuration-writes.ts'
import { lineView } from '../line-view.ts'
import type { View } from '../models.ts'
import type { Phones } from '../phones.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledger, Ledgers } from '../store/ledger.ts'

/** Six digits that no line has, and that are not `taken` besides. */
export function newProvisioningCode(view: View, taken: ReadonlySet<string> = new Set()): string {
  for (;;) {
    const code = String(randomInt(100_000, 1_000_000))
    if (!taken.has(code) && view.by('line of code', code).length === 0) return code
  }
}

/** A line as the table has it, locked. @throws Fault `not-found` */
export async function lockedLine(ledger: Ledger, id: number): Promise<Line> {
  const line = await ledger.locked('line', String(id))
  if (line === undefined) throw new Fault('not-found', { detail: `There is no line ${id}` })
  return line
}

export function answerLines(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    writes: ConfigurationWrites
    checks: Pick<ConfigurationChecks, 'refuseNamed'>
    picture: Picture
    scopes: Scopes
    phones: Phones
  },
): void {
  const { ledgers, writes, checks, picture, scopes, phones } = parts
  const { view } = picture
  const found = (id: number, context: Parameters<Scopes['of']>[0]) =>
    scopes.of(context).found(view.get('line', String(id)), `line ${id}`)

  function checkCallerId(ledger: Ledger, line: Line): void {
    const endpoint = line.endpoint === undefined ? undefined : ledger.view.get('configuration', line.endpoint)
    const own = endpoint?.sections.endpoint?.some(([option]) => option === 'callerid') === true
    if (line.callerIdName === undefined || !own) return
    const problem = 'cannot be given while the endpoint has a callerid of its own'
    throw new Fault('invalid-input', { detail: problem, fields: [{ field: '/caller_id_name', problem }] })
  }

  function checkRegistrar(registrar: string | null | undefined): void {
    if (registrar == null || registrar === 'default' || view.get('registrar', registrar)) return
    const problem = `there is no registrar ${registrar}`
    throw new Fault('invalid-input', { detail: problem, fields: [{ field: '/registrar', problem }] })
  }

  bus.reply(lines.list, async (input, { context }) => {
    const { recurse, search, provisioning_code: code, device_id: device, ...page } = input
    const scope = scopes.of(context).listed(recurse)
    const chosen = [...view.values('line')].filter(
      (line) =>
        scope.has(line.tenant) &&
        (code === undefined || line.provisioningCode === code) &&
        (device === undefined || line.device === device),
    )
    // A name, and what is sought, are of the endpoint and the extensions.
    if (search === undefined && page.order !== 'name') {
      const { items, total } = pageOf(chosen, page, {
        texts: () => [],
        by: { id: ({ id }) => id, name: ({ id }) => id, context: (line) => line.context, provisioning_code: codeOf },
        id: ({ id }) => String(id),
      })
      return { items: items.map((line) => lineView(line, picture)), total }
    }
    return pageOf(
      chosen.map((line) => lineView(line, picture)),
      { ...page, search },
      {
        texts,
        by: {
          id: ({ id }) => id,
          name: ({ name }) => name ?? '',
          context: (line) => line.context,
          provisioning_code: (line) => line.provisioning_code ?? '',
        },
        id: ({ id }) => String(id),
      },
    )
  })

  bus.reply(lines.get, async ({ id }, { context }) => lineView(found(id, context), picture))

  bus.reply(lines.create, async ({ line: input }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const wanted = input.context ?? input.extensions?.find((extension) => extension.context)?.context
    if (wanted === undefined)
      throw new Fault('invalid-input', {
        fields: [{ field: '/context', problem: 'is missing' }],
        detail: '/context is missing',
      })
    checkRegistrar(input.registrar)
    const created = await ledgers.write(person, [tenant], async (ledger) => {
      await ledger.claimContext(wanted, tenant, '/context')
      const endpoint = input.endpoint_sip
        ? await writes.create(ledger, tenant, 'endpoint', input.endpoint_sip)
        : undefined
      const line = await ledger.insert('line', {
        tenant_id: tenant,
        context: wanted,
        position: 1,
        provisioning_code: newProvisioningCode(view),
        endpoint: endpoint?.uuid ?? null,
        ...columnsFrom(input),
      })
      checkCallerId(ledger, line)
      for (const [index, extension] of (input.extensions ?? []).entries()) {
        const at = extension.context ?? wanted
        await ledger.claimContext(at, tenant, `/extensions/${index}/context`)
        await ledger.insert('extension', { tenant_id: tenant, exten: extension.exten, context: at, line_id: line.id })
      }
      return line
    })
    return lineView(created, picture)
  })

  bus.reply(lines.update, async ({ id, line: input, ifRevision }, { context }) => {
    const { person } = scopes.of(context)
    const { tenant } = found(id, context)
    checkRegistrar(input.registrar)
    if (input.extensions !== undefined && !hasSameExtensions(view, id, input.extensions))
      throw new Fault('invalid-input', {
        detail: 'Extensions of a line are put and deleted at /lines/{id}/extensions/{extension_id}',
        fields: [{ field: '/extensions', problem: 'cannot be changed here' }],
      })
    await ledgers.write(person, [person.tenantId, tenant], async (ledger) => {
      const present = await lockedLine(ledger, id)
      checkRevision(present, ifRevision)
      await ledger.claimContext(input.context, tenant, '/context')
      if (input.endpoint_sip && present.endpoint !== undefined)
        await writes.update(ledger, present.endpoint, input.endpoint_sip)
      const columns = { ...(input.context === undefined ? {} : { context: input.context }), ...columnsFrom(input) }
      // The endpoint is written through its line: that gets a revision, too.
      if (input.endpoint_sip) Object.assign(columns, { context: columns.context ?? present.context })
      if (Object.keys(columns).length > 0) checkCallerId(ledger, await ledger.update('line', present, columns))
    })
    return {}
  })

  bus.reply(lines.delete, async ({ id, recursive = false, ifRevision }, { context }) => {
    const { person } = scopes.of(context)
    const { tenant } = found(id, context)
    await ledgers.write(
      person,
      [person.tenantId, tenant],
      async (ledger) => {
        const present = await lockedLine(ledger, id)
        checkRevision(present, ifRevision)
        if (present.device !== undefined && !recursive)
          throw new Fault('in-use', { detail: `The line is on the device ${present.device}` })
        const endpoint =
          present.endpoint === undefined ? undefined : await ledger.locked('configuration', present.endpoint)
        for (const extension of ledger.view.by('extension of line', String(id))) {
          if (recursive) await ledger.remove('extension', extension)
          else await ledger.update('extension', extension, { line_id: null })
        }
        await ledger.remove('line', present)
        if (recursive && endpoint) {
          await ledger.remove('configuration', endpoint)
          checks.refuseNamed(picture, ledger.view, [endpoint.name])
        }
      },
      (changed) => phones.followLater(changed, context),
    )
    return {}
  })
}

const codeOf = ({ provisioningCode }: Line) => provisioningCode

function columnsFrom(input: LineInput): Record<string, unknown> {
  const given: Record<string, unknown> = {
    position: input.position,
    caller_id_name: input.caller_id_name,
    caller_id_number: input.caller_id_num,
    provisioning_code: input.provisioning_code,
    registrar: input.registrar,
    application: input.application,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function hasSameExtensions(view: View, line: number, given: NonNullable<LineInput['extensions']>): boolean {
  const present = view.by('extension of line', String(line))
  return (
    present.length === given.length &&
    given.every(({ exten, context }) =>
      present.some((one) => one.exten === exten && (context === undefined || one.context === context)),
    )
  )
}

function texts({
  id,
  name,
  context,
  caller_id_name,
  caller_id_num,
  provisioning_code,
  extensions,
  device_id,
}: LineView): string[] {
  const all = [id, name, context, caller_id_name, caller_id_num, provisioning_code, device_id]
  const given = all.flatMap((text) => (text === null || text === undefined ? [] : [String(text)]))
  return [...given, ...extensions.map(({ exten }) => exten)]
}
