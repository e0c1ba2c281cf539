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
  /** Prepended to bare subscriber numbers. */
  readonly areaCode?: string
  /** Longest bare subscriber number. Default 8. */
  readonly subscriberDigits?: number
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

/** `value`: E.164 digits without +, `IT:112`, the extension, the text. */
export interface NormalNumber {
  readonly kind: NumberClass
  readonly value: string
}
