import Type from 'typebox'

/** The parts of a SIP configuration: each becomes one object of Asterisk’s `res_pjsip`, or adds to one. */
export const sipSections = [
  'aor',
  'auth',
  'endpoint',
  'identify',
  'registration',
  'registration_outbound_auth',
  'outbound_auth',
] as const
export type SipSection = (typeof sipSections)[number]

export const maxSipOptions = 512
const OptionName = Type.String({ minLength: 1, maxLength: 256 })
const OptionValue = Type.String({ minLength: 1, maxLength: 4096 })

/** An option and its value. Both are always text, as Asterisk takes them. */
export type SipOption = [option: string, value: string]

/** Ordered pairs `[option, value]`; options that can be given several times stand there several times. */
export const SipOptions = Type.Unsafe<SipOption[]>(
  Type.Array(Type.Array(Type.String({ minLength: 1, maxLength: 4096 }), { minItems: 2, maxItems: 2 }), {
    maxItems: maxSipOptions,
    description: 'Ordered pairs [option, value]',
  }),
)

/** What a configuration does to an option it inherits, before its own options are added. */
export const SipOptionOperation = Type.Object({
  section: Type.Enum([...sipSections]),
  option: OptionName,
  action: Type.Enum(['unset', 'replace', 'remove'], {
    description:
      'unset: nothing of it is inherited; replace: own entries take the place of all inherited ones; remove: one inherited entry is left out',
  }),
  value: Type.Optional({
    ...OptionValue,
    description: 'With remove: the entry, or for set_var the name of the variable',
  }),
})
export type SipOptionOperation = Type.Static<typeof SipOptionOperation>
