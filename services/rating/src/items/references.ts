import type { RatingItemKind } from '@strowger/schema'
import type { StoredItem } from '../store/items.ts'

interface Reference {
  readonly kind: RatingItemKind
  readonly id: string
  /** Where in the document it stands. */
  readonly field: string
}

/** Everything that a document names, with the place. */
export function referencesOf(kind: RatingItemKind, data: Readonly<Record<string, unknown>>): Reference[] {
  const found: Reference[] = []
  const add = (referred: RatingItemKind, field: string, id: unknown) => {
    if (typeof id === 'string') found.push({ kind: referred, field, id })
  }
  const each = (list: string, field: string, referred: RatingItemKind) => {
    for (const [place, entry] of arrayOf(data[list]).entries()) {
      add(referred, `/item/${list}/${place}/${field}`, (entry as Record<string, unknown>)[field])
    }
  }
  const plain = (list: string, referred: RatingItemKind) => {
    for (const [place, id] of arrayOf(data[list]).entries()) add(referred, `/item/${list}/${place}`, id)
  }
  if (kind === 'node') {
    each('parents', 'parent', 'node')
    each('plans', 'plan', 'plan')
    add('tax', '/item/tax', data['tax'])
  } else if (kind === 'plan') {
    each('decks', 'deck', 'deck')
    plain('allowances', 'allowance')
  } else if (kind === 'vendor') {
    for (const [place, entry] of arrayOf(data['decks']).entries()) {
      for (const id of arrayOf((entry as { decks?: unknown }).decks)) add('deck', `/item/decks/${place}/decks`, id)
    }
  } else if (kind === 'deck') plain('calendars', 'calendar')
  else if (kind === 'allowance') add('allowance', '/item/within', data['within'])
  else if (kind === 'source') add('vendor', '/item/vendor', data['vendor'])
  return found
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Items that name this one. */
export function referrersOf(item: Pick<StoredItem, 'kind' | 'id'>, items: readonly StoredItem[]): StoredItem[] {
  return items.filter(({ kind, data }) =>
    referencesOf(kind, data).some((reference) => reference.kind === item.kind && reference.id === item.id),
  )
}
