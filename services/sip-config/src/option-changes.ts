import { type SipOption, secretMask } from '@strowger/schema'
import { isSealed } from '@strowger/service'

/** Each option that one list gives other values than the other. Pure; secrets are compared as they are stored, and masked. */
export function optionChanges(before: readonly SipOption[], after: readonly SipOption[]) {
  const names = [...new Set([...before, ...after].map(([option]) => option))]
  const shown = (value: string) => (isSealed(value) ? secretMask : value)
  return names.flatMap((option) => {
    const of = (list: readonly SipOption[]) => list.flatMap(([name, value]) => (name === option ? [value] : []))
    const [was, becomes] = [of(before), of(after)]
    if (was.join('\n') === becomes.join('\n')) return []
    return [{ option, before: was.map(shown), after: becomes.map(shown) }]
  })
}
