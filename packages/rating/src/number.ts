/** What the numbers of a source look like. */
export interface NumberRules {
  /** ISO 3166 of the place, for short numbers: `IT`. */
  readonly country: string
  /** Calling code: `39`. */
  readonly callingCode: string
  /** `00`, `011`, `0011`, `810` ... */
  readonly internationalPrefixes: readonly string[]
  /** `0`, `1`, `8`, `06`; empty: none. */
  readonly nationalPrefix: string
  /** The country keeps its national prefix in the international form (Italy). */
  readonly keepsNationalPrefix?: boolean
  /** Prepended to bare subscriber numbers; without it they are bad. */
  readonly areaCode?: string
  /** Longest bare subscriber number. Default 8. */
  readonly subscriberDigits?: number
  /** Longest number of the country without its calling code. Default 11: what is longer is international as it stands. */
  readonly nationalDigits?: number
  /** Emergency and services. */
  readonly shortNumbers: readonly string[]
  /** First match wins. */
  readonly rewrites?: readonly NumberRewrite[]
}

export interface NumberRewrite {
  readonly prefix: string
  readonly minDigits?: number
  readonly maxDigits?: number
  readonly strip: number
  readonly prepend: string
}

export type NumberClass = 'e164' | 'short' | 'extension' | 'anonymous' | 'alphanumeric' | 'bad'

/** `value`: E.164 digits without +, `IT:112`, the extension, the text as it was. */
export interface NormalNumber {
  readonly kind: NumberClass
  readonly value: string
}

/** A number that is written over by the next. */
export type NumberDraft = { -readonly [Key in keyof NormalNumber]: NormalNumber[Key] }

export function createNumberDraft(): NumberDraft {
  return { kind: 'bad', value: '' }
}

export interface NumberReader {
  /**
   * `isExtension`: whether a short text of digits is one of the tenant's own plan. `into` is written over and given
   * back, for those who read two numbers of every call.
   */
  read(text: string, isExtension: (digits: string) => boolean, into?: NumberDraft): NormalNumber
}

const withheld = new Set([
  '',
  'anonymous',
  'restricted',
  'private',
  'unknown',
  'unavailable',
  'withheld',
  'asserted',
  's',
  'h',
])
/** ITU-T E.164: at most 15 digits; below 3 there is no country's number. */
const isE164Length = (digits: string): boolean => digits.length >= 3 && digits.length <= 15

/** Normalises the numbers of one source. Any text has an answer; nothing throws. */
export function createNumberReader(rules: NumberRules): NumberReader {
  const shorts = new Set(rules.shortNumbers)
  const longestShort = rules.shortNumbers.reduce((most, { length }) => Math.max(most, length), 0)
  const { subscriberDigits = 8, nationalDigits = 11, callingCode, areaCode = '' } = rules

  const put = (into: NumberDraft, kind: NumberClass, value: string): NormalNumber => {
    into.kind = kind
    into.value = value
    return into
  }

  const international = (into: NumberDraft, digits: string, given: string): NormalNumber =>
    isE164Length(digits) ? put(into, 'e164', digits) : put(into, 'bad', given)

  const national = (into: NumberDraft, digits: string, given: string): NormalNumber => {
    const { nationalPrefix: prefix } = rules
    if (prefix !== '' && digits.startsWith(prefix) && digits.length > subscriberDigits - 2) {
      const kept = rules.keepsNationalPrefix ? digits : digits.slice(prefix.length)
      return international(into, callingCode + kept, given)
    }
    if (digits.length <= subscriberDigits) {
      return areaCode === '' || digits.length < 3
        ? put(into, 'bad', given)
        : international(into, callingCode + areaCode + digits, given)
    }
    if (digits.length <= nationalDigits) return international(into, callingCode + digits, given)
    return digits.startsWith(callingCode) ? international(into, digits, given) : put(into, 'bad', given)
  }

  return {
    read(text, isExtension, into = createNumberDraft()) {
      // Nearly all are digits: nothing is to be taken off them.
      const isPlain = isDigits(text)
      const given = isPlain ? text : userPart(text)
      const plain = rewritten(isPlain ? text : given.replaceAll(/[().\-/\s]/g, ''), rules.rewrites)
      if (!isPlain && withheld.has(plain.toLowerCase())) return put(into, 'anonymous', 'anonymous')
      if (plain.startsWith('+')) {
        const digits = plain.slice(1)
        return isDigits(digits) ? international(into, digits, given) : put(into, 'bad', given)
      }
      if (!isDigits(plain)) {
        if (isExtension(plain)) return put(into, 'extension', plain)
        return put(into, /[A-Za-z]/.test(plain) ? 'alphanumeric' : 'bad', given)
      }
      for (const prefix of rules.internationalPrefixes) {
        if (plain.length > prefix.length + 2 && plain.startsWith(prefix))
          return international(into, plain.slice(prefix.length), given)
      }
      if (plain.length <= longestShort && shorts.has(plain)) return put(into, 'short', `${rules.country}:${plain}`)
      if (plain.length <= 7 && isExtension(plain)) return put(into, 'extension', plain)
      return national(into, plain, given)
    },
  }
}

/** `sip:+39021@gw;user=phone`, `"Name" <tel:+39021>`: the user part, percent-decoded (RFC 3261 19.1, RFC 3966). */
function userPart(text: string): string {
  const trimmed = text.trim()
  const bracketed = /<([^>]*)>/.exec(trimmed)?.[1] ?? trimmed
  const uri = /^(?:sips?|tel):(.*)$/i.exec(bracketed)?.[1]
  const user = (uri ?? bracketed).split('@')[0]?.split(';')[0] ?? ''
  if (!user.includes('%')) return user
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

function isDigits(text: string): boolean {
  for (let place = 0; place < text.length; place += 1) {
    const digit = text.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return false
  }
  return text.length > 0
}

function rewritten(text: string, rewrites: readonly NumberRewrite[] = []): string {
  if (rewrites.length === 0) return text
  const found = rewrites.find(
    ({ prefix, minDigits = 0, maxDigits = Number.POSITIVE_INFINITY }) =>
      text.startsWith(prefix) && text.length >= minDigits && text.length <= maxDigits,
  )
  return found === undefined ? text : found.prepend + text.slice(found.strip)
}
