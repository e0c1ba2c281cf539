import { type SipConfiguration, type SipSection, sipSections } from '@strowger/schema'
import { entryKey, isMultiple } from './section-objects.ts'

/** An option in effect, and the configuration that set it. */
export interface EffectiveOption {
  readonly option: string
  readonly value: string
  /** uuid */
  readonly by: string
}

export type EffectiveSections = Readonly<Record<SipSection, readonly EffectiveOption[]>>

/** What a configuration is with everything it inherits. */
export interface Resolved {
  readonly sections: EffectiveSections
  /** uuid of the transport chosen nearest, and who chose it. */
  readonly transport: { readonly uuid: string; readonly by: string } | undefined
  /** In the order in which they were read, the configuration itself last. */
  readonly chain: readonly SipConfiguration[]
  /** Parents that are not there. */
  readonly missing: readonly { readonly configuration: string; readonly parent: string }[]
}

export type FindConfiguration = (uuid: string) => SipConfiguration | undefined

type Inherited = Pick<Resolved, 'sections' | 'transport' | 'chain' | 'missing'>

const nothing: readonly EffectiveOption[] = []
const emptySections = Object.fromEntries(sipSections.map((section) => [section, nothing])) as Record<
  SipSection,
  readonly EffectiveOption[]
>

/**
 * Collects configurations with their parents and theirs, depth first in their order, each once; a circle ends where it began. What is
 * read later wins over what was read before.
 */
function createChain(find: FindConfiguration) {
  const chain: SipConfiguration[] = []
  const missing: { configuration: string; parent: string }[] = []
  const seen = new Set<string>()
  const visit = (uuid: string, child: string) => {
    if (seen.has(uuid)) return
    seen.add(uuid)
    const configuration = find(uuid)
    if (configuration === undefined) {
      missing.push({ configuration: child, parent: uuid })
      return
    }
    for (const parent of configuration.templates) visit(parent, uuid)
    chain.push(configuration)
  }
  return { chain, missing, visit }
}

/** What a configuration makes of the section it inherits: its operations first, then its own options. */
export function appliedTo(
  inherited: readonly EffectiveOption[],
  configuration: SipConfiguration,
  section: SipSection,
): readonly EffectiveOption[] {
  const own = configuration.sections[section]
  const operations = configuration.operations
  if ((own === undefined || own.length === 0) && operations.length === 0) return inherited
  let effective: EffectiveOption[] = inherited.slice()
  for (const { section: of, option, action, value = '' } of operations) {
    if (of !== section) continue
    const goes = (entry: EffectiveOption) =>
      entry.option === option &&
      (action !== 'remove' ||
        entry.value === value ||
        (option === 'set_var' && entryKey(option, entry.value) === value))
    effective = effective.filter((entry) => !goes(entry))
  }
  for (const [option, value] of own ?? []) add(effective, section, { option, value, by: configuration.uuid })
  return effective
}

/** An option stands where it was last set, as `disallow` before `allow`; of equal entries the first stays. */
function add(effective: EffectiveOption[], section: SipSection, added: EffectiveOption): void {
  const { option, value } = added
  if (!isMultiple(section, option)) {
    const present = effective.findIndex((entry) => entry.option === option)
    if (present >= 0) effective.splice(present, 1)
    effective.push(added)
    return
  }
  const key = entryKey(option, value)
  const present = effective.findIndex((entry) => entry.option === option && entryKey(option, entry.value) === key)
  if (present < 0) effective.push(added)
  else if (effective[present]?.value !== value) {
    effective.splice(present, 1)
    effective.push(added)
  }
}

function resolvedWith(inherited: Inherited, configuration: SipConfiguration): Inherited {
  const sections = { ...inherited.sections }
  for (const section of sipSections) sections[section] = appliedTo(inherited.sections[section], configuration, section)
  const { transport, uuid } = configuration
  return {
    sections,
    transport: transport === undefined ? inherited.transport : { uuid: transport, by: uuid },
    chain: [...inherited.chain, configuration],
    missing: inherited.missing,
  }
}

/** Resolves configurations; what the same parents give is worked out once, until `forget`. */
export interface Resolver {
  resolve(configuration: SipConfiguration): Resolved
  /** After a template changed. */
  forget(): void
}

export function createResolver(find: FindConfiguration): Resolver {
  const remembered = new Map<string, Inherited>()

  /** Of an endpoint’s parents, which nobody inherits from: no circle can lead back to it. */
  function inheritedFrom(child: string, parents: readonly string[]): Inherited {
    const key = parents.join()
    const known = remembered.get(key)
    if (known) return known
    const { chain, missing, visit } = createChain(find)
    for (const parent of parents) visit(parent, child)
    let inherited: Inherited = { sections: emptySections, transport: undefined, chain: [], missing }
    for (const configuration of chain) inherited = resolvedWith(inherited, configuration)
    // What is missing is told with who names it, which differs from child to child.
    if (missing.length === 0) remembered.set(key, inherited)
    return inherited
  }

  return {
    resolve(configuration) {
      const inherited = inheritedFrom(configuration.uuid, configuration.templates)
      // In a circle, which only a damaged store can hold, it is its own ancestor: read once all the same.
      if (!inherited.chain.some(({ uuid }) => uuid === configuration.uuid))
        return resolvedWith(inherited, configuration)
      const { chain, missing, visit } = createChain((uuid) =>
        uuid === configuration.uuid ? configuration : find(uuid),
      )
      visit(configuration.uuid, configuration.uuid)
      let resolved: Inherited = { sections: emptySections, transport: undefined, chain: [], missing }
      for (const read of chain) resolved = resolvedWith(resolved, read)
      return resolved
    },
    forget: () => remembered.clear(),
  }
}

/** The circle that a configuration would be in with these parents, as uuids from it to itself; undefined: none. */
export function circleOf(uuid: string, parents: readonly string[], find: FindConfiguration): string[] | undefined {
  const seen = new Set<string>()
  const search = (at: string, way: readonly string[]): string[] | undefined => {
    const here = [...way, at]
    if (at === uuid) return here
    if (seen.has(at)) return undefined
    seen.add(at)
    for (const next of find(at)?.templates ?? []) {
      const found = search(next, here)
      if (found) return found
    }
    return undefined
  }
  for (const parent of parents) {
    const found = search(parent, [uuid])
    if (found) return found
  }
  return undefined
}
