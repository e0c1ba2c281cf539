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
  let rest = new Map([...peers].map(([name, targets]) => [name, sharedBy(targets)] as const))
  for (;;) {
    const group = largestGroup(rest)
    if (group === undefined) return groups
    groups.push(group)
    const members = new Set(group.members)
    rest = new Map([...rest].filter(([name]) => !members.has(name)))
  }
}

/** What could be common of one peer, by its text. */
function sharedBy(targets: readonly Target[]): Map<string, Target> {
  const shared = targets.filter((target) => !isList(target) && !personal.has(slotOf(target)))
  return new Map(shared.map((target) => [`${slotOf(target)}=${target[2]}`, target]))
}

function largestGroup(peers: ReadonlyMap<string, ReadonlyMap<string, Target>>): CommonGroup | undefined {
  const enough = Math.max(fewest, Math.ceil(peers.size / 2))
  const counts = new Map<string, { target: Target; count: number }>()
  for (const targets of peers.values())
    for (const [text, target] of targets) {
      const known = counts.get(text)
      if (known) known.count += 1
      else counts.set(text, { target, count: 1 })
    }
  const frequent = [...counts]
    .filter(([, { count }]) => count >= enough)
    .sort(([, one], [, other]) => other.count - one.count)
  while (frequent.length >= fewestOptions) {
    const members = [...peers].flatMap(([name, targets]) =>
      frequent.every(([text]) => targets.has(text)) ? [name] : [],
    )
    if (members.length >= enough) return { members, targets: frequent.map(([, { target }]) => target) }
    frequent.pop()
  }
  return undefined
}
