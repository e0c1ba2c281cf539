import { type SipSection, sipSections } from '@strowger/schema'
import { appliedTo, type EffectiveOption, type Resolved } from './resolve.ts'
import { entryKey, isMultiple } from './section-objects.ts'

/** Why an option is what it is. */
export interface ExplainedOption extends EffectiveOption {
  readonly section: SipSection
  /** What it took the place of, nearest first. */
  readonly overrides: readonly EffectiveOption[]
}

/** An option that was inherited and that a configuration of the chain took away. */
export interface WithdrawnOption extends EffectiveOption {
  readonly section: SipSection
  /** uuid of the one that unset, replaced or removed it. */
  readonly withdrawnBy: string
}

/** Reads the chain once more, this time noting what each one displaced. Pure. */
export function explainOptions({ chain }: Pick<Resolved, 'chain'>): {
  options: ExplainedOption[]
  withdrawn: WithdrawnOption[]
} {
  const options: ExplainedOption[] = []
  const withdrawn: WithdrawnOption[] = []
  for (const section of sipSections) {
    const history = new Map<string, EffectiveOption[]>()
    let effective: readonly EffectiveOption[] = []
    for (const configuration of chain) {
      const after = appliedTo(effective, configuration, section)
      for (const gone of withoutSuccessor(effective, after, section)) {
        withdrawn.push({ section, ...gone, withdrawnBy: configuration.uuid })
        history.delete(keyOf(section, gone))
      }
      for (const entry of effective) {
        const successor = after.find((other) => keyOf(section, other) === keyOf(section, entry))
        if (successor !== undefined && successor !== entry)
          history.set(keyOf(section, entry), [entry, ...(history.get(keyOf(section, entry)) ?? [])])
      }
      effective = after
    }
    for (const entry of effective)
      options.push({ section, ...entry, overrides: history.get(keyOf(section, entry)) ?? [] })
  }
  return { options, withdrawn }
}

function keyOf(section: SipSection, { option, value }: EffectiveOption): string {
  return isMultiple(section, option) ? `${option}=${entryKey(option, value)}` : option
}

function withoutSuccessor(
  before: readonly EffectiveOption[],
  after: readonly EffectiveOption[],
  section: SipSection,
): EffectiveOption[] {
  const kept = new Set(after.map((entry) => keyOf(section, entry)))
  return before.filter((entry) => !kept.has(keyOf(section, entry)))
}
