import type { RatingItemKind, RatingScope } from '@strowger/schema'
import type { StoredItem } from '../store/items.ts'

/**
 * The calls whose price an item may have a part in; undefined when it has none in any. Wider rather than narrower: who
 * offers to rate again must not leave a call out.
 */
export function scopeUsing(
  kind: RatingItemKind,
  id: string,
  items: { ofKind(kind: RatingItemKind): Iterable<Pick<StoredItem, 'id' | 'data'>> },
): RatingScope | undefined {
  const naming = (other: RatingItemKind, field: string) =>
    [...items.ofKind(other)]
      .filter((item) => JSON.stringify(item.data[field] ?? '').includes(`"${id}"`))
      .map((item) => item.id)
  const scopeOf = (name: 'plans' | 'decks', ids: readonly string[]): RatingScope | undefined =>
    ids.length === 0 ? undefined : { [name]: ids.slice(0, 1000) }
  switch (kind) {
    case 'node':
      return { nodes: [id] }
    case 'plan':
      return { plans: [id] }
    case 'deck':
      return { decks: [id] }
    case 'vendor':
      return { vendors: [id] }
    case 'source':
      return { sources: [id] }
    case 'calendar':
      return scopeOf('decks', naming('deck', 'calendars'))
    case 'allowance':
      return scopeOf('plans', naming('plan', 'allowances'))
    case 'currency':
    case 'portability':
      return {}
    case 'tax':
      return undefined
  }
}
