import { digestOf, type SipObject } from '@strowger/sip'
import type { DesiredObject } from './desired-object.ts'
import type { DesiredState, Placement } from './desired-state.ts'
import { allKinds, type Models, type View } from './models.ts'
import type { Picture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'
import { installation } from './store/kinds.ts'

/** So many are worked out at a time: others are answered, and Asterisk is written to, in between. */
const placedAtOnce = 100
/** More than these waiting is a mass change: it gives way to every single one. */
const fewAtMost = 100

/** Keeps what each Asterisk is to have in step with the documents: only what a change concerns is worked out again. */
export function keepDesired(parts: {
  models: Models
  view: View
  picture: Picture
  secrets: SipSecrets
  state: DesiredState
  defaultAsteriskId: string
}): { stop(): void } {
  const { models, view, picture, secrets, state, defaultAsteriskId } = parts
  const few = new Set<string>()
  const mass = new Set<string>()
  let scheduled: NodeJS.Immediate | undefined
  let isStopped = false
  let isDue = false

  function placeFew(): void {
    isDue = false
    if (isStopped) return
    // Single changes that came by the thousand, as those of an import.
    if (few.size > fewAtMost) {
      for (const uuid of few) mass.add(uuid)
      few.clear()
    }
    place(few, false)
    schedule()
  }

  function placeMass(): void {
    scheduled = undefined
    place(mass, true)
    schedule()
  }

  function place(waiting: Set<string>, isMass: boolean): void {
    const chosen: (readonly [string, Placement | undefined])[] = []
    for (const uuid of waiting) {
      if (chosen.length === placedAtOnce) break
      waiting.delete(uuid)
      chosen.push([uuid, placementOf(uuid)])
    }
    if (chosen.length > 0) state.update(chosen, { isMass, hasMore: isMass && waiting.size > 0 })
  }

  /** Single ones after all that were written together with them, before anything else: somebody waits for them. */
  function schedule(): void {
    if (few.size > 0 && !isDue) {
      isDue = true
      queueMicrotask(placeFew)
    }
    if (mass.size > 0) scheduled ??= setImmediate(placeMass)
  }

  function later(uuids: readonly string[]): void {
    const isFew = uuids.length <= fewAtMost
    for (const uuid of uuids) {
      if (isFew) mass.delete(uuid)
      if (isFew || !few.has(uuid)) (isFew ? few : mass).add(uuid)
    }
    schedule()
  }

  function placementOf(uuid: string): Placement | undefined {
    const configuration = view.get('configuration', uuid)
    if (configuration?.kind === 'endpoint') {
      const { asteriskId, tenant } = configuration
      const objects = picture.objects(configuration).map((object) => desired(object, uuid, tenant))
      const ofTenant = view.get('setting', `${tenant}/general`)?.asteriskId
      return { asteriskId: asteriskId ?? ofTenant ?? defaultAsteriskId, objects }
    }
    const transport = view.get('transport', uuid)
    if (transport) {
      const fields = transport.options.map(
        ([option, value]) => [option, secrets.open(uuid, 'transport', option, value)] as const,
      )
      const object: SipObject = { type: 'transport', id: transport.name, fields, origins: [] }
      return { asteriskId: undefined, objects: [desired(object, uuid, installation)] }
    }
    const setting = view.get('setting', uuid)
    const { section, options = {} } = setting ?? {}
    if (section === undefined || section === 'general' || section === 'features') return undefined
    const objects: SipObject[] =
      section === 'domain_alias'
        ? Object.entries(options).map(([id, domain]) => ({
            type: section,
            id,
            fields: [['domain', domain]],
            origins: [],
          }))
        : [{ type: section, id: section, fields: Object.entries(options), origins: [] }]
    return { asteriskId: undefined, objects: objects.map((object) => desired(object, uuid, installation)) }
  }

  const stops = allKinds.map((kind) =>
    models[kind].subscribe((key, document, old) => {
      // The bucket brings back what was applied at once.
      if (document !== undefined && old !== undefined && document.revision === old.revision) return
      if (kind === 'configuration') {
        const concerned = [document, old] as ({ kind: string } | undefined)[]
        if (!concerned.some((one) => one?.kind === 'template')) return later([key])
        picture.forget()
        return later(picture.dependents(key).map(({ uuid }) => uuid))
      }
      if (kind === 'transport') return later([key, ...usersOfTransport(key)])
      if (kind === 'setting') return later(key.endsWith('/general') ? endpointsOf(key.split('/')[0]) : [key])
      for (const one of [document, old] as ({ endpoint?: string; line?: number } | undefined)[]) {
        const endpoint = kind === 'extension' ? view.get('line', String(one?.line))?.endpoint : one?.endpoint
        if (endpoint !== undefined) later([endpoint])
      }
    }),
  )

  function usersOfTransport(uuid: string): string[] {
    return view.by('user of transport', uuid).flatMap((user) => picture.dependents(user.uuid).map((one) => one.uuid))
  }

  function endpointsOf(tenant: string | undefined): string[] {
    return [...view.values('configuration')]
      .filter((one) => one.tenant === tenant && one.kind === 'endpoint')
      .map(({ uuid }) => uuid)
  }

  // What is there already, at once: whoever reads next must not take an empty state for the truth.
  const present = [...models.configuration.keys(), ...models.transport.keys(), ...models.setting.keys()]
  state.update(present.map((key) => [key, placementOf(key)] as const))

  return {
    stop() {
      for (const stop of stops) stop()
      isStopped = true
      if (scheduled) clearImmediate(scheduled)
    },
  }
}

function desired({ type, id, fields }: SipObject, configuration: string, tenant: string): DesiredObject {
  return { type, id, fields, digest: digestOf({ type, id, fields }), configuration, tenant }
}
