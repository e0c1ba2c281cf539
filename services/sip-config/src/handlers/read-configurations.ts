import type { Bus } from '@strowger/bus'
import type { Database } from '@strowger/database'
import { Fault, pageOf, type SipApplied, type SipConfiguration, sipEndpoints, sipTemplates } from '@strowger/schema'
import type { ConfigurationChecks } from '../configuration-checks.ts'
import { configurationView } from '../configuration-view.ts'
import { explanationOf } from '../explanation.ts'
import type { Picture } from '../picture.ts'
import type { Scopes } from '../scope.ts'
import { historyOf } from '../store/history.ts'
import type { SipSchema } from '../store/tables.ts'

const mostUuids = 20

export function answerConfigurationQuestions(
  bus: Bus,
  parts: {
    database: Database<SipSchema>
    picture: Picture
    scopes: Scopes
    checks: ConfigurationChecks
    applied: (configuration: SipConfiguration) => SipApplied[]
  },
): void {
  const { database, picture, scopes, checks, applied } = parts
  const { view } = picture

  for (const [kind, requests] of [
    ['endpoint', sipEndpoints],
    ['template', sipTemplates],
  ] as const) {
    const found = (uuid: string, context: Parameters<Scopes['of']>[0]) => {
      const configuration = view.get('configuration', uuid)
      const ofKind = configuration?.kind === kind ? configuration : undefined
      return scopes.of(context).found(ofKind, `SIP ${kind} ${uuid}`)
    }
    const shown = (configuration: SipConfiguration, merged = false) =>
      configurationView(configuration, picture, {
        merged,
        ...(kind === 'endpoint' ? { applied: applied(configuration) } : {}),
      })

    bus.reply(requests.list, async (input, { context }) => {
      const { recurse, search, uuid, name, label, asterisk_id: asteriskId, ...page } = input
      const wanted = uuid === undefined ? undefined : new Set(uuid.split(',').map((one) => one.trim()))
      if (wanted && wanted.size > mostUuids)
        throw new Fault('invalid-input', { detail: `?uuid takes up to ${mostUuids}` })
      const scope = scopes.of(context).listed(recurse)
      const sought = search?.toLowerCase()
      const matches = (one: SipConfiguration) =>
        one.kind === kind &&
        scope.has(one.tenant) &&
        (wanted === undefined || wanted.has(one.uuid)) &&
        (name === undefined || one.name === name) &&
        (label === undefined || one.label === label) &&
        (asteriskId === undefined || one.asteriskId === asteriskId) &&
        (sought === undefined || isFound(one, sought))
      const all = [...view.values('configuration')].filter(matches)
      const { items, total } = pageOf(all, page, {
        texts: () => [],
        by: {
          name: (one) => one.name,
          label: (one) => one.label ?? '',
          uuid: (one) => one.uuid,
          asterisk_id: (one) => one.asteriskId ?? '',
        },
        id: (one) => one.uuid,
      })
      return { items: items.map((one) => shown(one)), total }
    })

    bus.reply(requests.get, async ({ uuid, view: how }, { context }) => {
      const configuration = found(uuid, context)
      const shownOne = shown(configuration, how === 'merged')
      if (kind === 'endpoint') return shownOne
      const states = statesBelow(picture.dependents(uuid), applied)
      return states.length === 0 ? shownOne : { ...shownOne, applied: states }
    })

    bus.reply(requests.explain, async ({ uuid }, { context }) => explanationOf(found(uuid, context), picture, checks))

    bus.reply(requests.history, async ({ uuid, limit = 100, offset = 0 }, { context }) => {
      const { tenant } = found(uuid, context)
      return historyOf(database, tenant, uuid, { limit, offset })
    })
  }
}

/** How the endpoints that inherit from a template stand, by Asterisk: what a template did is told at the template. */
function statesBelow(
  endpoints: readonly SipConfiguration[],
  applied: (configuration: SipConfiguration) => SipApplied[],
): SipApplied[] {
  const worst = new Map<string, { first: SipApplied; name: string; count: number; of: number }>()
  const rank = { applied: 0, waiting: 1, failed: 2 } as const
  for (const endpoint of endpoints)
    for (const state of applied(endpoint)) {
      const known = worst.get(state.asterisk_id) ?? { first: state, name: endpoint.name, count: 0, of: 0 }
      worst.set(state.asterisk_id, known)
      known.of += 1
      const by = rank[state.state] - rank[known.first.state]
      if (by > 0) Object.assign(known, { first: state, name: endpoint.name, count: 1 })
      else if (by === 0) known.count += 1
    }
  return [...worst.values()].map(({ first: { asterisk_id, state, reason, at }, name, count, of }) => {
    const told = `${count} of ${of} endpoints that inherit from it, as ${name}: ${reason ?? ''}`.slice(0, 1_024)
    return { asterisk_id, state, ...(state === 'applied' ? {} : { reason: told }), ...(at === undefined ? {} : { at }) }
  })
}

/** In the texts a list shows; values of options too, but for secrets. */
function isFound({ uuid, name, label = '', asteriskId = '', sections }: SipConfiguration, sought: string): boolean {
  if ([uuid, name, label, asteriskId].some((text) => text.toLowerCase().includes(sought))) return true
  return (sections.endpoint ?? []).some(([, value]) => value.toLowerCase().includes(sought))
}
