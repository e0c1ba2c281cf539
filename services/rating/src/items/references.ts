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

const referring = ['node', 'plan', 'vendor', 'deck', 'allowance', 'source'] as const

/** Items that name this one, beside itself. */
export function referrersOf(
  item: Pick<StoredItem, 'tenant' | 'kind' | 'id'>,
  items: { ofKind(kind: RatingItemKind): Iterable<StoredItem> },
): StoredItem[] {
  const found: StoredItem[] = []
  for (const kind of referring) {
    for (const other of items.ofKind(kind)) {
      const isItself = other.kind === item.kind && other.id === item.id && other.tenant === item.tenant
      if (!isItself && referencesOf(kind, other.data).some((one) => one.kind === item.kind && one.id === item.id)) {
        found.push(other)
      }
    }
  }
  return found
}

/** For people: the first of them and how many more. */
export function named(items: readonly StoredItem[]): string {
  const shown = items.slice(0, 5).map(({ kind, id }) => `${kind} ${id}`)
  return items.length > shown.length ? `${shown.join(', ')} and ${items.length - shown.length} more` : shown.join(', ')
}
