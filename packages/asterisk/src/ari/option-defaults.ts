import { pjsipOptions } from '../pjsip-options/catalogue.ts'
import type { OptionDefaults } from './object-change.ts'

const byType = new Map<string, OptionDefaults>(
  Object.entries(pjsipOptions).map(([type, options]) => {
    // An entry of a list cannot be taken back by setting it: such objects are made anew.
    const single = Object.entries(options).filter(
      ([, { multiple, type: kind }]) => multiple !== true && kind !== 'gone',
    )
    return [type, new Map(single.map(([name, option]) => [name, option.default ?? '']))]
  }),
)
const none: OptionDefaults = new Map()

/** By name, what an option of this type of object is set to when nobody sets it any more. */
export function optionDefaults(type: string): OptionDefaults {
  return byType.get(type) ?? none
}
