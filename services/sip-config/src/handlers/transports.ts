import { maxObjectBytes, pjsipOption } from '@strowger/asterisk'
import type { Bus } from '@strowger/bus'
import {
  Fault,
  pageOf,
  type SipApplied,
  type SipOption,
  type SipTransport,
  type SipTransportView,
  secretMask,
  sipTransports,
} from '@strowger/schema'
import { isSealed, newUuid, type Seal } from '@strowger/service'
import type { ConfigurationChecks } from '../configuration-checks.ts'
import { impactOf } from '../impact.ts'
import { overlaid, type Written } from '../models.ts'
import { optionChanges } from '../option-changes.ts'
import { optionProblems, refuse } from '../option-problems.ts'
import { createPicture, type Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import type { SipSecrets } from '../secrets.ts'
import { checkRevision, held } from '../store/held.ts'
import { installation } from '../store/kinds.ts'
import type { Ledgers } from '../store/ledger.ts'
import { randomName } from '../tenant-templates.ts'

const mostTransportOptions = 128

/** Anybody may see transports; they belong to the installation, and the root tenant alone writes them. */
export function answerTransports(
  bus: Bus,
  parts: {
    ledgers: Ledgers
    checks: Pick<ConfigurationChecks, 'refuseNamed'>
    picture: Picture
    scopes: Scopes
    seal: Seal
    secrets: SipSecrets
    applied: (uuid: string) => SipApplied[]
  },
): void {
  const { ledgers, checks, picture, scopes, seal, secrets, applied } = parts
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
    const problems = optionProblems('transport', options, (index) => `/options/${index}`)
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
  /** What would become of a transport and of who is on it. */
  function previewOf(before: SipTransport, written: readonly Written[], page: { limit?: number; offset?: number }) {
    const { uuid } = before
    const users = new Set(
      view.by('user of transport', uuid).flatMap((one) => picture.dependents(one.uuid).map((user) => user.uuid)),
    )
    const after = overlaid(view, written)
    checks.refuseNamed(picture, after, [before.name])
    const impact = impactOf(users, picture, createPicture(after, secrets), page)
    const on = [...users].filter((one) => {
      const configuration = view.get('configuration', one)
      return configuration !== undefined && picture.resolved(configuration).transport?.uuid === uuid
    })
    return { applied: false, impact, users: on.length }
  }

  bus.reply(sipTransports.update, async ({ uuid, transport: input, ifRevision, dryRun, ...page }, { context }) => {
    const person = scopes.ofInstallation(context)
    const shownNow = transport(uuid)
    const optionsAfter = (before: readonly SipOption[]) =>
      input.options === undefined ? [...before] : transportOptions(uuid, input.options, before)
    if (dryRun) {
      checkRevision(shownNow, ifRevision)
      const options = optionsAfter(shownNow.options)
      const document = { ...shownNow, name: input.name ?? shownNow.name, options }
      return {
        ...previewOf(shownNow, [{ kind: 'transport', key: uuid, document }], page),
        options: optionChanges(shownNow.options, options),
      }
    }
    await ledgers.write(person, [installation], async (ledger) => {
      const present = await held(ledger, 'transport', uuid, ifRevision)
      const options = optionsAfter(present.options)
      await ledger.update('transport', present, { name: input.name ?? present.name, options })
      checks.refuseNamed(picture, ledger.view, [present.name])
    })
    return {}
  })
  bus.reply(sipTransports.delete, async ({ uuid, fallback, ifRevision, dryRun, ...page }, { context }) => {
    const person = scopes.ofInstallation(context)
    const shownNow = transport(uuid)
    if (fallback !== undefined) transport(fallback)
    if (fallback === uuid) throw new Fault('invalid-input', { detail: 'The fallback must be another transport' })
    const users = view.by('user of transport', uuid)
    if (users.length > 0 && fallback === undefined)
      throw new Fault('in-use', { detail: `${users.length} endpoints or templates use it: name a fallback` })
    if (dryRun) {
      checkRevision(shownNow, ifRevision)
      const moved = users.map((user): Written => {
        const { transport: _left, ...document } = user
        return {
          kind: 'configuration',
          key: user.uuid,
          document: fallback === undefined ? document : { ...document, transport: fallback },
        }
      })
      return {
        ...previewOf(shownNow, [...moved, { kind: 'transport', key: uuid, document: undefined }], page),
        options: optionChanges(shownNow.options, []),
      }
    }
    await ledgers.write(person, [installation, ...users.map(({ tenant }) => tenant)], async (ledger) => {
      const present = await held(ledger, 'transport', uuid, ifRevision)
      for (const user of users) {
        const locked = await ledger.locked('configuration', user.uuid)
        if (locked?.transport === uuid) await ledger.update('configuration', locked, { transport: fallback ?? null })
      }
      await ledger.remove('transport', present)
      checks.refuseNamed(picture, ledger.view, [present.name])
    })
    return {}
  })
}
