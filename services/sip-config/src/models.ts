import { type Bus, type ReadModel, useReadModel } from '@strowger/bus'
import type { BucketDefinition } from '@strowger/schema'
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

/** By what documents of a kind are found beside their key. */
const indexes = {
  'line of endpoint': ['line', ({ endpoint }: Documents['line']) => [endpoint]],
  'line of device': ['line', ({ device }: Documents['line']) => [device]],
  'line of registrar': ['line', ({ registrar }: Documents['line']) => [registrar]],
  'line of code': ['line', ({ provisioningCode }: Documents['line']) => [provisioningCode]],
  'extension of line': ['extension', ({ line }: Documents['extension']) => [line === undefined ? line : String(line)]],
  'trunk of endpoint': ['trunk', ({ endpoint }: Documents['trunk']) => [endpoint]],
  'child of template': ['configuration', ({ templates }: Documents['configuration']) => templates],
  'user of transport': ['configuration', ({ transport }: Documents['configuration']) => [transport]],
  'configuration of name': ['configuration', ({ name }: Documents['configuration']) => [name]],
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

/** The documents as the models hold them, with indexes that follow. */
export function createView(models: Models): View & { stop(): void } {
  const found = new Map<string, Map<string, unknown>>()
  const place = (index: IndexName, key: string) => `${index} ${key}`
  const move = (kind: Kind, key: string, document: unknown, old: unknown) => {
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
  }
  const stops = allKinds.map((kind) => {
    for (const [key, document] of models[kind].entries()) move(kind, key, document, undefined)
    return models[kind].subscribe((key, document, old) => move(kind, key, document, old))
  })
  return {
    get: (kind, key) => models[kind].get(key) as never,
    values: (kind) => models[kind].values() as never,
    by: (index, key) => [...(found.get(place(index, key))?.values() ?? [])] as never,
    stop: () => {
      for (const stop of stops) stop()
    },
  }
}

/** The view with these written over it; later ones win. */
export function overlaid(view: View, written: readonly Written[]): View {
  if (written.length === 0) return view
  const over = new Map(written.map((one) => [`${one.kind} ${one.key}`, one]))
  const isOver = <K extends Kind>(kind: K, document: Documents[K]) => over.has(`${kind} ${documentKey(kind, document)}`)
  return {
    get(kind, key) {
      const found = over.get(`${kind} ${key}`)
      return found ? (found.document as never) : view.get(kind, key)
    },
    *values(kind) {
      for (const document of view.values(kind)) if (!isOver(kind, document)) yield document
      for (const one of over.values()) if (one.kind === kind && one.document !== undefined) yield one.document as never
    },
    by(index, key) {
      const kind = indexes[index][0]
      const beneath = (view.by(index, key) as Documents[typeof kind][]).filter((document) => !isOver(kind, document))
      const above = [...over.values()].filter(
        (one) => one.kind === kind && one.document !== undefined && keysIn(index, one.document).includes(key),
      )
      return [...beneath, ...above.map(({ document }) => document)] as never
    },
  }
}
