import { typeOrder } from '@strowger/asterisk'
import type { DesiredObject } from '../desired-object.ts'
import type { Key } from './object-writer.ts'

const rank = new Map<string, number>(typeOrder.map((type, index) => [type, index]))
const rankOf = ({ type }: Key) => rank.get(type) ?? typeOrder.length

/**
 * First everything that comes, type by type so that what is referred to is there (and because an aor beside endpoints
 * makes Asterisk read all of those again); then everything that goes, the other way round. Pure.
 */
export function inOrder(changed: readonly DesiredObject[], removed: readonly Key[] = []): readonly Key[] {
  const coming = [...changed].sort((one, other) => rankOf(one) - rankOf(other))
  const going = [...removed].sort((one, other) => rankOf(other) - rankOf(one))
  return [...coming, ...going]
}

/** Types that can be written while Asterisk runs. The others are read by it when it starts. */
export const isWritable = ({ type }: Key) => rank.has(type)
