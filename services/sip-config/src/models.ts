import { type Bus, type IndexedReadModel, useReadModel } from '@strowger/bus'
import type { BucketDefinition } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import type { sipConfigSettings } from './config.ts'
import { type Documents, type Kind, kinds } from './store/kinds.ts'

/** Everything the service owns, held in memory: of each kind the documents by their key. */
export type Models = { readonly [K in Kind]: IndexedReadModel<Documents[K], never> }

export async function useModels(bus: Bus, context: ServiceContext<typeof sipConfigSettings>): Promise<Models> {
  const opened: Partial<Record<Kind, unknown>> = {}
  for (const kind of Object.keys(kinds) as Kind[])
    opened[kind] = await useReadModel(bus, kinds[kind].bucket as BucketDefinition<Documents[typeof kind]>, context)
  const models = opened as Models
  await Promise.all(Object.values(models).map((model) => model.ready))
  return models
}

/** What can be read of the documents: as they are, or as they would be with some of them written. */
export interface View {
  get<K extends Kind>(kind: K, key: string): Documents[K] | undefined
  values<K extends Kind>(kind: K): Iterable<Documents[K]>
}

export function viewOf(models: Models): View {
  return {
    get: (kind, key) => models[kind].get(key) as never,
    values: (kind) => models[kind].values() as never,
  }
}

/** A document that is written, or removed. */
export interface Written<K extends Kind = Kind> {
  readonly kind: K
  readonly key: string
  readonly document: Documents[K] | undefined
}

/** The view with these written over it; later ones win. */
export function overlaid(view: View, written: readonly Written[]): View {
  const over = new Map(written.map((one) => [`${one.kind} ${one.key}`, one]))
  return {
    get(kind, key) {
      const found = over.get(`${kind} ${key}`)
      return found ? (found.document as never) : view.get(kind, key)
    },
    *values(kind) {
      for (const document of view.values(kind))
        if (!over.has(`${kind} ${(kinds[kind].keyOf as (one: typeof document) => string)(document)}`)) yield document
      for (const one of over.values()) if (one.kind === kind && one.document !== undefined) yield one.document as never
    },
  }
}
