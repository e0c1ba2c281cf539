import type { Bus } from '@strowger/bus'
import { Fault, pageOf, trunks } from '@strowger/schema'
import type { ConfigurationChecks } from '../configuration-checks.ts'
import { trunkView } from '../line-view.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledger, Ledgers } from '../store/ledger.ts'
import { freeEndpoint } from './line-associations.ts'

type Context = Parameters<Scopes['of']>[0]

export function answerTrunks(
  bus: Bus,
  parts: { ledgers: Ledgers; checks: Pick<ConfigurationChecks, 'refuseNamed'>; picture: Picture; scopes: Scopes },
): void {
  const { ledgers, checks, picture, scopes } = parts
  const { view } = picture
  const found = (id: number, context: Context) => scopes.of(context).found(view.get('trunk', String(id)), `trunk ${id}`)
  const change = (id: number, context: Context, work: (ledger: Ledger) => Promise<void>) => {
    const { person } = scopes.of(context)
    return ledgers.write(person, [person.tenantId, found(id, context).tenant], work)
  }
  const locked = async (ledger: Ledger, id: number) => {
    const trunk = await ledger.locked('trunk', String(id))
    if (trunk === undefined) throw new Fault('not-found', { detail: `There is no trunk ${id}` })
    return trunk
  }

  bus.reply(trunks.list, async ({ recurse, search, ...page }, { context }) => {
    const scope = scopes.of(context).listed(recurse)
    const shown = [...view.values('trunk')]
      .filter(({ tenant }) => scope.has(tenant))
      .map((trunk) => trunkView(trunk, picture))
    return pageOf(
      shown,
      { ...page, search },
      {
        texts: (one) => [String(one.id), one.context ?? '', one.label ?? '', one.endpoint_sip?.name],
        by: { id: ({ id }) => id, context: (one) => one.context ?? '', label: ({ label }) => label ?? '' },
        id: ({ id }) => String(id),
      },
    )
  })
  bus.reply(trunks.get, async ({ id }, { context }) => trunkView(found(id, context), picture))
  bus.reply(trunks.create, async ({ trunk: { context: wanted = null, label = null } }, { context }) => {
    const { person, tenant } = scopes.of(context)
    const created = await ledgers.write(person, [tenant], async (ledger) => {
      await ledger.claimContext(wanted ?? undefined, tenant, '/context')
      return ledger.insert('trunk', { tenant_id: tenant, context: wanted, label })
    })
    return trunkView(created, picture)
  })
  bus.reply(trunks.update, async ({ id, trunk: { context: wanted, label }, ifRevision }, { context }) => {
    await change(id, context, async (ledger) => {
      const present = await locked(ledger, id)
      checkRevision(present, ifRevision)
      await ledger.claimContext(wanted ?? undefined, present.tenant, '/context')
      const columns = {
        ...(wanted === undefined ? {} : { context: wanted }),
        ...(label === undefined ? {} : { label }),
      }
      if (Object.keys(columns).length > 0) await ledger.update('trunk', present, columns)
    })
    return {}
  })
  bus.reply(trunks.delete, async ({ id, ifRevision }, { context }) => {
    await change(id, context, async (ledger) => {
      const present = await locked(ledger, id)
      checkRevision(present, ifRevision)
      await ledger.remove('trunk', present)
      const endpoint =
        present.endpoint === undefined ? undefined : await ledger.locked('configuration', present.endpoint)
      if (endpoint) {
        await ledger.remove('configuration', endpoint)
        checks.refuseNamed(picture, ledger.view, [endpoint.name])
      }
    })
    return {}
  })
  bus.reply(trunks.putEndpoint, async ({ id, endpoint_uuid: uuid, ifRevision }, { context }) => {
    await change(id, context, async (ledger) => {
      const present = await locked(ledger, id)
      checkRevision(present, ifRevision)
      if (present.endpoint === uuid) return
      if (present.endpoint !== undefined) throw new Fault('in-use', { detail: 'The trunk has another endpoint' })
      await freeEndpoint(ledger, uuid, present.tenant, { trunk: id })
      await ledger.update('trunk', present, { endpoint: uuid })
    })
    return {}
  })
  bus.reply(trunks.deleteEndpoint, async ({ id, endpoint_uuid: uuid, ifRevision }, { context }) => {
    await change(id, context, async (ledger) => {
      const present = await locked(ledger, id)
      checkRevision(present, ifRevision)
      if (present.endpoint === uuid) await ledger.update('trunk', present, { endpoint: null })
    })
    return {}
  })
}
