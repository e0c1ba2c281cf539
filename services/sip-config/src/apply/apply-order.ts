import { typeOrder } from '@strowger/asterisk'
import type { DesiredObject } from '../desired-object.ts'
import { type Key, keyText } from './object-writer.ts'

const ranks = (types: readonly string[]) => new Map(types.map((type, index) => [type, index]))
const ofMany = ranks(typeOrder)
const ofFew = ranks(['transport', 'domain_alias', 'auth', 'endpoint', 'aor', 'identify', 'registration'])
const last = 2 * typeOrder.length + 1

/** From here on Asterisk has to read all endpoints for each aor that is made. */
export const endpointRank = typeOrder.indexOf('endpoint')

/**
 * When each object has its turn: first everything that comes, type by type, then everything that goes, the other way
 * round. For each new aor Asterisk reads all endpoints, looking for each at all before it (22.10: 0.5 s at 10,000), and
 * endpoints wait meanwhile. Of many, aors come before endpoints, while these are few; of a few, the endpoint does not
 * wait for that. Pure.
 */
export function inOrder(
  changed: readonly DesiredObject[],
  removed: readonly Key[] = [],
  { isMass } = { isMass: true },
): (readonly [rank: number, key: string])[] {
  const rankOf = ({ type }: Key) => (isMass ? ofMany : ofFew).get(type) ?? typeOrder.length
  return [
    ...changed.map((object) => [rankOf(object), keyText(object)] as const),
    ...removed.map((key) => [last - rankOf(key), keyText(key)] as const),
  ]
}

/** Types that can be written while Asterisk runs. The others are read by it when it starts. */
export const isWritable = ({ type }: Key) => ofMany.has(type)
