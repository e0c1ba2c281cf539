import type { SipOption, SipOptionOperation, SipSection } from '@strowger/schema'
import { isList, slotOf } from './map-settings.ts'
import type { Target } from './rule.ts'

/** A template while the plan is made. */
export interface DraftTemplate {
  readonly name: string
  readonly parents: readonly string[]
  readonly targets: readonly Target[]
}

const textOf = (target: Target) => `${slotOf(target)}=${target[2]}`

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
      given.set(isList(target) ? textOf(target) : slotOf(target), target)
    }
  }
  parents.forEach(take)
  return [...given.values()]
}

/** The same, worked out once for the same parents: thousands have them. Templates are added, never changed. */
export function createGivenBy(templates: ReadonlyMap<string, DraftTemplate>): (parents: readonly string[]) => Target[] {
  const known = new Map<string, Target[]>()
  return (parents) => {
    const key = parents.join(',')
    const given = known.get(key) ?? givenBy(parents, templates)
    known.set(key, given)
    return given
  }
}

/** What must be said so that with `given` the whole is exactly `wanted`. */
export function difference(
  wanted: readonly Target[],
  given: readonly Target[],
): { targets: Target[]; operations: SipOptionOperation[] } {
  const givenEntries = new Set(given.map(textOf))
  const targets = wanted.filter((target) => !givenEntries.has(textOf(target)))
  const wantedSlots = new Set(wanted.map(slotOf))
  const wantedEntries = new Set(wanted.map(textOf))
  const operations = new Map<string, SipOptionOperation>()
  for (const target of given) {
    const [section, option, value] = target
    if (!wantedSlots.has(slotOf(target))) operations.set(slotOf(target), { section, option, action: 'unset' })
    else if (isList(target) && !wantedEntries.has(textOf(target))) {
      operations.set(textOf(target), { section, option, action: 'remove', value })
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
