import { objectOfSection, type PjsipOption, pjsipOption } from '@strowger/asterisk'
import type { SipSection } from '@strowger/schema'

/** The option as Asterisk knows it. Names with `@` are free attributes, of aors and endpoints only. */
export function optionOf(section: SipSection, name: string): PjsipOption | undefined {
  if (name.startsWith('@') && name.length > 1)
    return section === 'aor' || section === 'endpoint' ? freeAttribute : undefined
  return pjsipOption(objectOfSection[section], name)
}
const freeAttribute: PjsipOption = { type: 'text' }

const multiple: Partial<Record<SipSection, Set<string>>> = {}

/** Whether entries of an option add up. Asked for each option of each configuration, hence remembered. */
export function isMultiple(section: SipSection, name: string): boolean {
  let names = multiple[section]
  if (names === undefined) {
    names = new Set()
    multiple[section] = names
  }
  if (names.has(name)) return true
  if (optionOf(section, name)?.multiple !== true) return false
  names.add(name)
  return true
}

export function isSecret(section: SipSection, name: string): boolean {
  return (
    (section === 'auth' || section === 'outbound_auth' || section === 'registration_outbound_auth') &&
    optionOf(section, name)?.secret === true
  )
}

/**
 * By what an entry of a multi-valued option is told from others: a variable by its name, since Asterisk keeps the
 * last value of a name; anything else by itself.
 */
export function entryKey(name: string, value: string): string {
  return name === 'set_var' ? value.slice(0, Math.max(value.indexOf('='), 0)).trim() || value : value
}
