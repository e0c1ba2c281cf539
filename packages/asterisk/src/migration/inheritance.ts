import type { SipOption, SipOptionOperation, SipSection } from '@strowger/schema'
import { isList, slotOf } from './map-settings.ts'
import type { Target } from './rule.ts'

/** A template while the plan is made. */
export interface DraftTemplate {
  readonly name: string
  readonly parents: readonly string[]
  readonly targets: readonly Target[]
}

/** What these parents give, the later before the earlier; entries of lists add up. */
export function givenBy(parents: readonly string[], templates: ReadonlyMap<string, DraftTemplate>): Target[] {
  const given = new Map<string, Target>()
  const seen = new Set<string>()
  const take = (name: string): void => {
    const template = templates.get(name)
    if (template === undefined || seen.has(name)) return
    seen.add(name)
    template.parents.forEach(take)
    for (const target of template.targets) {
      given.set(isList(target) ? `${slotOf(target)}=${target[2]}` : slotOf(target), target)
    }
  }
  parents.forEach(take)
  return [...given.values()]
}

/** What must be said so that with `given` the whole is exactly `wanted`. */
export function difference(
  wanted: readonly Target[],
  given: readonly Target[],
): { targets: Target[]; operations: SipOptionOperation[] } {
  const isGiven = (target: Target) => given.some((other) => slotOf(other) === slotOf(target) && other[2] === target[2])
  const targets = wanted.filter((target) => !isGiven(target))
  const wantedSlots = new Set(wanted.map(slotOf))
  const wantedEntries = new Set(wanted.map((target) => `${slotOf(target)}=${target[2]}`))
  const operations = new Map<string, SipOptionOperation>()
  for (const target of given) {
    const [section, option, value] = target
    if (!wantedSlots.has(slotOf(target))) operations.set(slotOf(target), { section, option, action: 'unset' })
    else if (isList(target) && !wantedEntries.has(`${slotOf(target)}=${value}`)) {
      operations.set(`${slotOf(target)}=${value}`, { section, option, action: 'remove', value })
    }
  }
  return { targets, operations: [...operations.values()] }
}

/** Options by section, in order. */
export function bySection(targets: readonly Target[]): Partial<Record<SipSection, SipOption[]>> {
  const sections: Partial<Record<SipSection, SipOption[]>> = {}
  for (const [section, option, value] of targets) {
    const options = sections[section]
    if (options) options.push([option, value])
    else sections[section] = [[option, value]]
  }
  return sections
}
