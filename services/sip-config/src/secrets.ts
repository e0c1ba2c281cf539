import { type SipOption, type SipSection, secretMask } from '@strowger/schema'
import { isSealed, type Seal } from '@strowger/service'
import { isSecret } from '@strowger/sip'

type Sections = Partial<Record<SipSection, SipOption[]>>

/** Whose secret it is: sealed it opens nowhere else. */
function about(owner: string, section: string, option: string): string {
  return `sip/${owner}/${section}/${option}`
}

export interface SipSecrets {
  /** As stored. A mask keeps what `present` has there, and so does what is the same: sealed anew it would look changed. */
  sealed(owner: string, sections: Sections, present: Sections | undefined): Sections
  /** One value in clear. */
  open(owner: string, section: string, option: string, value: string): string
}

const most = 200_000

export function createSipSecrets(seal: Seal): SipSecrets {
  /** Opened before: an endpoint is resolved again with each change of a template. */
  const opened = new Map<string, string>()

  function open(owner: string, section: string, option: string, value: string): string {
    if (!isSealed(value)) return value
    const known = opened.get(value)
    if (known !== undefined) return known
    const plain = seal.openText(value, about(owner, section, option))
    if (opened.size >= most) opened.clear()
    opened.set(value, plain)
    return plain
  }

  function sealedValue(owner: string, section: SipSection, [option, value]: SipOption, present: readonly SipOption[]) {
    const held = present.filter(([name]) => name === option).map(([, kept]) => kept)
    if (value === secretMask) return held[0]
    // A section that was not given stays as it is stored.
    if (held.includes(value)) return value
    const same = held.find((kept) => open(owner, section, option, kept) === value)
    return same ?? seal.sealText(value, about(owner, section, option))
  }

  return {
    open,
    sealed(owner, sections, present) {
      const result: Sections = {}
      for (const [name, options] of Object.entries(sections) as [SipSection, SipOption[]][]) {
        const held = present?.[name] ?? []
        // A mask of a secret that is not there stands for nothing.
        result[name] = options.flatMap((pair): SipOption[] => {
          if (!isSecret(name, pair[0])) return [pair]
          const value = sealedValue(owner, name, pair, held)
          return value === undefined ? [] : [[pair[0], value]]
        })
      }
      return result
    },
  }
}

/** With every secret masked. */
export function maskedOptions(section: SipSection, options: readonly SipOption[]): SipOption[] {
  return options.map(([option, value]) => [option, isSecret(section, option) ? secretMask : value])
}
