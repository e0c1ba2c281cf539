import { isList, slotOf } from './map-settings.ts'
import type { Target } from './rule.ts'

/** Peers that share settings, and which. */
export interface CommonGroup {
  readonly members: readonly string[]
  readonly targets: readonly Target[]
}

const fewest = 3
/** A template for one setting says less than the setting itself. */
const fewestOptions = 2
/** They say who somebody is. */
const personal = new Set(['auth/username', 'auth/password', 'auth/md5_cred', 'endpoint/callerid', 'endpoint/mailboxes'])

/**
 * Settings that at least half of these peers (and three) have alike, and the peers that have all of them; then the same
 * for the others, until there are none. Lists, names and passwords are never common. Pure, and the same for the same peers.
 */
export function commonSettings(peers: ReadonlyMap<string, readonly Target[]>): CommonGroup[] {
  const groups: CommonGroup[] = []
  let rest = new Map(peers)
  for (;;) {
    const group = largestGroup(rest)
    if (group === undefined) return groups
    groups.push(group)
    rest = new Map([...rest].filter(([name]) => !group.members.includes(name)))
  }
}

function largestGroup(peers: ReadonlyMap<string, readonly Target[]>): CommonGroup | undefined {
  const enough = Math.max(fewest, Math.ceil(peers.size / 2))
  const counts = new Map<string, { target: Target; count: number }>()
  for (const targets of peers.values()) {
    for (const target of targets) {
      if (isList(target) || personal.has(slotOf(target))) continue
      const text = textOf(target)
      counts.set(text, { target, count: (counts.get(text)?.count ?? 0) + 1 })
    }
  }
  const frequent = [...counts.values()]
    .filter(({ count }) => count >= enough)
    .sort((one, other) => other.count - one.count)
  while (frequent.length >= fewestOptions) {
    const wanted = new Set(frequent.map(({ target }) => textOf(target)))
    const members = [...peers].flatMap(([name, targets]) => {
      const has = targets.filter((target) => wanted.has(textOf(target))).length
      return has === wanted.size ? [name] : []
    })
    if (members.length >= enough) return { members, targets: frequent.map(({ target }) => target) }
    frequent.pop()
  }
  return undefined
}

const textOf = (target: Target) => `${slotOf(target)}=${target[2]}`
