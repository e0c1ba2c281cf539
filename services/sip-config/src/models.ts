import { type Bus, type ReadModel, useReadModel } from '@strowger/bus'
import type { BucketDefinition, LineKeys } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import type { sipConfigSettings } from './config.ts'
import { type Documents, type Kind, kinds } from './store/kinds.ts'

/** Everything the service owns, held in memory: of each kind the documents by their key. */
export type Models = { readonly [K in Kind]: ReadModel<Documents[K]> }

export const allKinds = Object.keys(kinds) as Kind[]

export async function useModels(bus: Bus, context: ServiceContext<typeof sipConfigSettings>): Promise<Models> {
  const opened: Partial<Record<Kind, unknown>> = {}
  for (const kind of allKinds)
    opened[kind] = await useReadModel(bus, kinds[kind].bucket as BucketDefinition<unknown>, context)
  const models = opened as Models
  await Promise.all(Object.values(models).map((model) => model.ready))
  return models
}

/** A document that is written, or removed. */
export interface Written<K extends Kind = Kind> {
  readonly kind: K
  readonly key: string
  readonly document: Documents[K] | undefined
}

/** Options that hold names of other objects. */
const namingOptions = new Set(['aors', 'auth', 'outbound_auth', 'transport', 'endpoint'])

/** Names of endpoints and transports that own options refer to; an outbound auth is its endpoint’s. */
function namedIn(sections: Documents['configuration']['sections']): readonly string[] {
  const names = new Set<string>()
  for (const section of ['endpoint', 'identify', 'registration'] as const)
    for (const [option, value] of sections[section] ?? [])
      if (namingOptions.has(option))
        for (const name of value.split(',')) names.add(name.trim().replace(/^(?:auth_reg_|outbound_auth_)/, ''))
  return names.size === 0 ? none : [...names]
}
const none: readonly string[] = []

function namedByKeys(keys: LineKeys | undefined, field: 'line_id' | 'user_uuid'): readonly string[] {
  if (keys === undefined) return none
  return Object.values(keys).flatMap((key) => (key[field] == null ? [] : [String(key[field])]))
}

/** By what documents of a kind are found beside their key. */
const indexes = {
  'line of endpoint': ['line', ({ endpoint }: Documents['line']) => [endpoint]],
  'line of device': ['line', ({ device }: Documents['line']) => [device]],
  'line of registrar': ['line', ({ registrar }: Documents['line']) => [registrar]],
  'line of user': ['line', ({ users }: Documents['line']) => users],
  'line with key of line': ['line', ({ keys }: Documents['line']) => namedByKeys(keys, 'line_id')],
  'line with key of user': ['line', ({ keys }: Documents['line']) => namedByKeys(keys, 'user_uuid')],
  'line of code': ['line', ({ provisioningCode }: Documents['line']) => [provisioningCode]],
  'extension of line': ['extension', ({ line }: Documents['extension']) => [line === undefined ? line : String(line)]],
  'extension at': ['extension', ({ exten, context }: Documents['extension']) => [`${exten}@${context}`]],
  'trunk of endpoint': ['trunk', ({ endpoint }: Documents['trunk']) => [endpoint]],
  'child of template': ['configuration', ({ templates }: Documents['configuration']) => templates],
  'user of transport': ['configuration', ({ transport }: Documents['configuration']) => [transport]],
  'configuration of name': ['configuration', ({ name }: Documents['configuration']) => [name]],
  'naming in options': ['configuration', ({ sections }: Documents['configuration']) => namedIn(sections)],
} as const
type IndexName = keyof typeof indexes
type KindOf<I extends IndexName> = (typeof indexes)[I][0]

const keysIn = (index: IndexName, document: unknown): string[] =>
  [...(indexes[index][1] as (one: never) => readonly (string | undefined)[])(document as never)].filter(
    (key) => key !== undefined,
  )

/** What can be read of the documents: as they are, or as they would be with some of them written. */
export interface View {
  get<K extends Kind>(kind: K, key: string): Documents[K] | undefined
  values<K extends Kind>(kind: K): Iterable<Documents[K]>
  /** In no order. */
  by<I extends IndexName>(index: I, key: string): Documents[KindOf<I>][]
}

export function documentKey<K extends Kind>(kind: K, document: Documents[K]): string {
  return kinds[kind].keyOf(document as never)
}

/** Documents by the keys of the indexes. */
function createIndex() {
  const found = new Map<string, Map<string, unknown>>()
  const place = (index: IndexName, key: string) => `${index} ${key}`
  return {
    by: (index: IndexName, key: string): Iterable<[string, unknown]> => found.get(place(index, key)) ?? [],
    move(kind: Kind, key: string, document: unknown, old: unknown): void {
      for (const index of Object.keys(indexes) as IndexName[]) {
        if (indexes[index][0] !== kind) continue
        for (const at of old === undefined ? [] : keysIn(index, old)) {
          const held = found.get(place(index, at))
          held?.delete(key)
          if (held?.size === 0) found.delete(place(index, at))
        }
        for (const at of document === undefined ? [] : keysIn(index, document)) {
          const held = found.get(place(index, at)) ?? new Map<string, unknown>()
          found.set(place(index, at), held.set(key, document))
        }
      }
    },
  }
}

/** The documents as the models hold them, with indexes that follow. */
export function createView(models: Models): View & { stop(): void } {
  const index = createIndex()
  const stops = allKinds.map((kind) => {
    for (const [key, document] of models[kind].entries()) index.move(kind, key, document, undefined)
    return models[kind].subscribe((key, document, old) => index.move(kind, key, document, old))
  })
  return {
    get: (kind, key) => models[kind].get(key) as never,
    values: (kind) => models[kind].values() as never,
    by: (name, key) => [...index.by(name, key)].map(([, document]) => document) as never,
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

/** A view with documents written over it, more of which may come; later ones win. */
export interface Layer extends View {
  write(written: Written): void
}

export function createLayer(view: View, written: Iterable<Written> = []): Layer {
  const over = new Map<Kind, Map<string, Written>>()
  const index = createIndex()
  const layer: Layer = {
    write(one) {
      const ofKind = over.get(one.kind) ?? new Map<string, Written>()
      over.set(one.kind, ofKind)
      index.move(one.kind, one.key, one.document, ofKind.get(one.key)?.document)
      ofKind.set(one.key, one)
    },
    get(kind, key) {
      const found = over.get(kind)?.get(key)
      return found ? (found.document as never) : view.get(kind, key)
    },
    *values(kind) {
      const ofKind = over.get(kind)
      for (const document of view.values(kind)) if (!ofKind?.has(documentKey(kind, document))) yield document
      for (const one of ofKind?.values() ?? []) if (one.document !== undefined) yield one.document as never
    },
    by(name, key) {
      const kind = indexes[name][0]
      const ofKind = over.get(kind)
      const beneath = view.by(name, key) as Documents[typeof kind][]
      const left = ofKind ? beneath.filter((document) => !ofKind.has(documentKey(kind, document))) : beneath
      return [...left, ...[...index.by(name, key)].map(([, document]) => document)] as never
    },
  }
  for (const one of written) layer.write(one)
  return layer
}

/** The view with these written over it. */
export function overlaid(view: View, written: readonly Written[]): View {
  return written.length === 0 ? view : createLayer(view, written)
}
