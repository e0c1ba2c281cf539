import type { Bus } from '@strowger/bus'
import { type Extension, extensions, Fault, pageOf } from '@strowger/schema'
import { extensionView } from '../line-view.ts'
import type { View } from '../models.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledger, Ledgers } from '../store/ledger.ts'

export function answerExtensions(bus: Bus, parts: { ledgers: Ledgers; view: View; scopes: Scopes }): void {
  const { ledgers, view, scopes } = parts

  bus.reply(extensions.list, async ({ recurse, search, exten, context: at, ...page }, { context }) => {
    const scope = scopes.of(context).listed(recurse)
    const found = [...view.values('extension')].filter(
      (one) =>
        scope.has(one.tenant) &&
        (exten === undefined || one.exten === exten) &&
        (at === undefined || one.context === at) &&
        (search === undefined || `${one.exten}\n${one.context}`.toLowerCase().includes(search.toLowerCase())),
    )
    const { items, total } = pageOf(found, page, {
      texts: () => [],
      by: { id: ({ id }) => id, exten: (one) => one.exten, context: (one) => one.context },
      id: ({ id }) => String(id),
    })
    return { items: items.map(extensionView), total }
  })

  bus.reply(extensions.create, async ({ extension }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const { exten, context: at } = extension
    if (at === undefined)
      throw new Fault('invalid-input', {
        detail: '/context is missing',
        fields: [{ field: '/context', problem: 'is missing' }],
      })
    const created = await ledgers.write(person, [tenant], async (ledger) => {
      await ledger.claimContext(at, tenant, '/context')
      return ledger.insert('extension', { tenant_id: tenant, exten, context: at, line_id: null })
    })
    return extensionView(created)
  })

  bus.reply(extensions.get, async ({ id }, { context }) =>
    extensionView(scopes.of(context).found(view.get('extension', String(id)), `extension ${id}`)),
  )

  bus.reply(extensions.update, async ({ id, extension, ifRevision }, { context }) => {
    const { exten, context: at } = extension
    const { person, found } = scopes.of(context)
    const { tenant } = found(view.get('extension', String(id)), `extension ${id}`)
    await ledgers.write(person, [person.tenantId, tenant], async (ledger) => {
      const present = await lockedExtension(ledger, id)
      checkRevision(present, ifRevision)
      await ledger.claimContext(at, tenant, '/context')
      const columns = { ...(exten === undefined ? {} : { exten }), ...(at === undefined ? {} : { context: at }) }
      if (Object.keys(columns).length > 0) await ledger.update('extension', present, columns)
    })
    return {}
  })

  bus.reply(extensions.delete, async ({ id, ifRevision }, { context }) => {
    const { person, found } = scopes.of(context)
    const { tenant } = found(view.get('extension', String(id)), `extension ${id}`)
    await ledgers.write(person, [person.tenantId, tenant], async (ledger) => {
      const present = await lockedExtension(ledger, id)
      checkRevision(present, ifRevision)
      if (present.line !== undefined)
        throw new Fault('in-use', { detail: `The extension belongs to line ${present.line}` })
      await ledger.remove('extension', present)
    })
    return {}
  })
}

/** An extension as the table has it, locked. @throws Fault `not-found` */
async function lockedExtension(ledger: Ledger, id: number): Promise<Extension> {
  const extension = await ledger.locked('extension', String(id))
  if (extension === undefined) throw new Fault('not-found', { detail: `There is no extension ${id}` })
  return extension
}
