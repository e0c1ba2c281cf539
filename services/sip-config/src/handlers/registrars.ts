import type { Bus } from '@strowger/bus'
import { Fault, pageOf, type Registrar, type RegistrarInput, registrars } from '@strowger/schema'
import type { DeviceLinesOf } from '../device-lines.ts'
import { overlaid, type View, type Written } from '../models.ts'
import { refuse } from '../option-problems.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision, held } from '../store/held.ts'
import { installation, kinds } from '../store/kinds.ts'
import type { Ledgers } from '../store/ledger.ts'
import { randomName } from '../tenant-templates.ts'

/** Anybody may see registrars; they belong to the installation, and the root tenant alone writes them. */
export function answerRegistrars(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    view: View
    scopes: Scopes
    deviceLines: Pick<DeviceLinesOf, 'changes'>
    advertisedHost: string
  },
): void {
  const { ledgers, view, scopes, deviceLines, advertisedHost } = parts

  /** There is always one: this server, unless somebody wrote another. */
  const local: Registrar = {
    id: 'default',
    revision: 0,
    deletable: false,
    name: 'local',
    main_host: advertisedHost,
    proxy_main_host: advertisedHost,
  }
  const registrar = (id: string) => {
    const found = view.get('registrar', id) ?? (id === local.id ? local : undefined)
    if (found === undefined) throw new Fault('not-found', { detail: `There is no registrar ${id}` })
    return found
  }

  bus.reply(registrars.list, async (query) => {
    const stored = [...view.values('registrar')]
    const all = stored.some(({ id }) => id === local.id) ? stored : [local, ...stored]
    return pageOf(all, query, {
      texts: (one) => Object.values(one).map((value) => (value === null ? '' : String(value))),
      by: { id: ({ id }) => id, name: ({ name }) => name ?? '', main_host: (one) => one.main_host },
      id: ({ id }) => id,
    })
  })
  bus.reply(registrars.get, async ({ id }) => registrar(id))
  bus.reply(registrars.create, async ({ registrar: input }, { context }) => {
    const person = scopes.ofInstallation(context)
    const columns = { tenant_id: installation, id: input.id ?? randomName(), ...registrarColumns(input, {}) }
    return ledgers.write(person, [installation], (ledger) => ledger.insert('registrar', columns))
  })
  /** Whose lines would be told something else. */
  function devicesOf(changed: Registrar): { devices: string[]; device_count: number } {
    const written: Written = { kind: 'registrar', key: changed.id, document: changed }
    const changes = deviceLines.changes(view, overlaid(view, [written]), [written])
    return { devices: changes.slice(0, 100).map(({ device }) => device), device_count: changes.length }
  }

  bus.reply(registrars.update, async ({ id, registrar: input, ifRevision, dryRun }, { context }) => {
    const person = scopes.ofInstallation(context)
    const shown = registrar(id)
    if (dryRun) {
      checkRevision(shown, ifRevision)
      const row = { ...registrarColumns(input, shown), id, revision: shown.revision, deletable: shown.deletable }
      return { applied: false, ...devicesOf(kinds.registrar.fromRow(row as never)) }
    }
    const users = id === local.id ? [...view.values('line')] : view.by('line of registrar', id)
    await ledgers.write(person, [installation, ...users.map(({ tenant }) => tenant)], async (ledger) => {
      const present = await ledger.locked('registrar', id)
      const columns = registrarColumns(input, present ?? shown)
      if (present === undefined) {
        await ledger.insert('registrar', { tenant_id: installation, id, deletable: shown.deletable, ...columns })
        return
      }
      checkRevision(present, ifRevision)
      await ledger.update('registrar', present, columns)
    })
    return {}
  })
  bus.reply(registrars.delete, async ({ id, ifRevision }, { context }) => {
    const person = scopes.ofInstallation(context)
    if (!registrar(id).deletable) throw new Fault('not-deletable', { detail: `The registrar ${id} is not deletable` })
    const users = view.by('line of registrar', id)
    if (users.length > 0) throw new Fault('in-use', { detail: `${users.length} lines use it` })
    await ledgers.write(person, [installation], async (ledger) => {
      await ledger.remove('registrar', await held(ledger, 'registrar', id, ifRevision))
    })
    return {}
  })
}

function registrarColumns(input: RegistrarInput, present: Partial<Registrar>) {
  const { id: _id, revision: _shown, deletable: _also, name, ...hosts } = input
  const { id: _was, revision: _revision, deletable: _deletable, name: oldName, ...oldHosts } = present
  const merged = Object.fromEntries(Object.entries({ ...oldHosts, ...hosts }).filter(([, value]) => value !== null))
  refuse(
    ['main_host', 'proxy_main_host'].flatMap((field) =>
      merged[field] === undefined || merged[field] === '' ? [{ field: `/${field}`, problem: 'is missing' }] : [],
    ),
  )
  return { name: name === undefined ? (oldName ?? null) : name, hosts: merged }
}
