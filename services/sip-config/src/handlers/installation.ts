import {
  allowedFor,
  crossProblems,
  maxObjectBytes,
  type PjsipObject,
  pjsipOption,
  pjsipOptions,
  problemWith,
} from '@strowger/asterisk'
import type { Bus } from '@strowger/bus'
import {
  Fault,
  type FieldProblem,
  pageOf,
  pjsipSections,
  type Registrar,
  type RegistrarInput,
  registrars,
  type SipApplied,
  type SipOption,
  type SipTransport,
  type SipTransportView,
  secretMask,
  sipTransports,
} from '@strowger/schema'
import { isSealed, newUuid, type Seal } from '@strowger/service'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { installation } from '../store/kinds.ts'
import type { Ledger, Ledgers } from '../store/ledger.ts'
import { randomName } from '../tenant-templates.ts'

const mostTransportOptions = 128

/** What belongs to the installation: anybody may see transports and registrars, the root tenant alone writes. */
export function answerInstallation(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    picture: Picture
    scopes: Scopes
    seal: Seal
    applied: (uuid: string) => SipApplied[]
    advertisedHost: string
  },
): void {
  const { ledgers, picture, scopes, seal, applied, advertisedHost } = parts
  const { view } = picture

  const masked = (transport: SipTransport): SipTransport => ({
    ...transport,
    options: transport.options.map(([option, value]) => [option, isSealed(value) ? secretMask : value]),
  })

  const shown = (transport: SipTransport): SipTransportView => {
    const states = applied(transport.uuid)
    return { ...masked(transport), ...(states.length === 0 ? {} : { applied: states }) }
  }

  function transportOptions(uuid: string, options: readonly SipOption[], present: readonly SipOption[]): SipOption[] {
    const problems = problemsOf('transport', options, (index) => `/options/${index}`)
    if (options.length > mostTransportOptions)
      problems.push({ field: '/options', problem: `are at most ${mostTransportOptions}` })
    const bytes = Buffer.byteLength(JSON.stringify(options.map(([attribute, value]) => ({ attribute, value }))))
    if (bytes > maxObjectBytes)
      problems.push({ field: '/options', problem: `are ${bytes} bytes: Asterisk takes at most ${maxObjectBytes}` })
    refuse(problems)
    return options.flatMap(([option, value]): SipOption[] => {
      if (pjsipOption('transport', option)?.secret !== true) return [[option, value]]
      if (value === secretMask) return present.filter(([name]) => name === option)
      return [[option, seal.sealText(value, `sip/${uuid}/transport/${option}`)]]
    })
  }

  const transport = (uuid: string) => {
    const found = view.get('transport', uuid)
    if (found === undefined) throw new Fault('not-found', { detail: `There is no transport ${uuid}` })
    return found
  }

  bus.reply(sipTransports.list, async (query) => {
    const { items, total } = pageOf([...view.values('transport')], query, {
      texts: ({ name, uuid }) => [name, uuid],
      by: { name: ({ name }) => name, uuid: ({ uuid }) => uuid },
      id: ({ uuid }) => uuid,
    })
    return { items: items.map(shown), total }
  })
  bus.reply(sipTransports.get, async ({ uuid }) => shown(transport(uuid)))
  bus.reply(sipTransports.create, async ({ transport: input }, { context }) => {
    const person = scopes.ofInstallation(context)
    const uuid = newUuid()
    const options = transportOptions(uuid, input.options ?? [], [])
    const columns = { tenant_id: installation, uuid, name: input.name ?? randomName(), options }
    return masked(await ledgers.write(person, [installation], (ledger) => ledger.insert('transport', columns)))
  })
  bus.reply(sipTransports.update, async ({ uuid, transport: input, ifRevision }, { context }) => {
    const person = scopes.ofInstallation(context)
    transport(uuid)
    await ledgers.write(person, [installation], async (ledger) => {
      const present = await held(ledger, 'transport', uuid, ifRevision)
      const options =
        input.options === undefined ? present.options : transportOptions(uuid, input.options, present.options)
      await ledger.update('transport', present, { name: input.name ?? present.name, options })
    })
    return {}
  })
  bus.reply(sipTransports.delete, async ({ uuid, fallback, ifRevision }, { context }) => {
    const person = scopes.ofInstallation(context)
    transport(uuid)
    if (fallback !== undefined) transport(fallback)
    if (fallback === uuid) throw new Fault('invalid-input', { detail: 'The fallback must be another transport' })
    const users = view.by('user of transport', uuid)
    if (users.length > 0 && fallback === undefined)
      throw new Fault('in-use', { detail: `${users.length} endpoints or templates use it: name a fallback` })
    await ledgers.write(person, [installation, ...users.map(({ tenant }) => tenant)], async (ledger) => {
      const present = await held(ledger, 'transport', uuid, ifRevision)
      for (const user of users) {
        const locked = await ledger.locked('configuration', user.uuid)
        if (locked?.transport === uuid) await ledger.update('configuration', locked, { transport: fallback ?? null })
      }
      await ledger.remove('transport', present)
    })
    return {}
  })

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
  bus.reply(registrars.update, async ({ id, registrar: input, ifRevision }, { context }) => {
    const person = scopes.ofInstallation(context)
    const shown = registrar(id)
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

  bus.reply(pjsipSections.get, async ({ section }, { context }) => {
    scopes.ofInstallation(context)
    const key = `${installation}/${section}`
    const states = applied(key)
    return { options: view.get('setting', key)?.options ?? {}, ...(states.length === 0 ? {} : { applied: states }) }
  })
  bus.reply(pjsipSections.update, async ({ section, settings: { options } }, { context }) => {
    const person = scopes.ofInstallation(context)
    const pairs = Object.entries(options)
    refuse(problemsOf(section, pairs, (index) => `/options/${pairs[index]?.[0]}`))
    await ledgers.write(person, [installation], async (ledger) => {
      const present = await ledger.locked('setting', `${installation}/${section}`)
      if (present) await ledger.update('setting', present, { options })
      else await ledger.insert('setting', { tenant_id: installation, section, options })
    })
    return {}
  })
  bus.reply(pjsipSections.doc, async () => documentation)
}

async function held<K extends 'transport' | 'registrar'>(
  ledger: Ledger,
  kind: K,
  key: string,
  ifRevision: number | undefined,
) {
  const present = await ledger.locked(kind, key)
  if (present === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
  checkRevision(present, ifRevision)
  return present
}

export function checkRevision({ revision }: { revision: number }, ifRevision: number | undefined): void {
  if (ifRevision !== undefined && ifRevision !== revision)
    throw new Fault('stale-revision', { detail: `It is at revision ${revision}, not ${ifRevision}` })
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

function problemsOf(
  object: PjsipObject,
  options: readonly (readonly [string, string])[],
  at: (index: number) => string,
): FieldProblem[] {
  const problems = options.flatMap(([name, value], index): FieldProblem[] => {
    const option = pjsipOption(object, name)
    const shown = option?.secret ? secretMask : value.slice(0, 80)
    const wrong =
      option === undefined ? 'there is no such option' : value === secretMask ? undefined : problemWith(option, value)
    return wrong === undefined ? [] : [{ field: at(index), problem: `${object}.${name} = ${shown}: ${wrong}` }]
  })
  if (problems.length > 0) return problems
  return crossProblems(object, new Map(options)).map(({ option, problem }) => ({
    field: '/options',
    problem: `${object}.${option} ${problem}`,
  }))
}

function refuse(fields: readonly FieldProblem[]): void {
  const [first] = fields
  if (first) throw new Fault('invalid-input', { detail: `${first.field} ${first.problem}`, fields })
}

const documentation = Object.fromEntries(
  Object.entries(pjsipOptions).map(([object, table]) => [
    object,
    Object.fromEntries(
      Object.entries(table)
        .filter(([, { type }]) => type !== 'gone')
        .map(([name, option]) => [
          name,
          {
            name,
            allowed: allowedFor(option),
            ...(option.default === undefined ? {} : { default: option.default }),
            ...(option.multiple ? { multiple: true } : {}),
            ...(option.values && option.type !== 'codec-preferences' ? { choices: [...option.values] } : {}),
          },
        ]),
    ),
  ]),
)
