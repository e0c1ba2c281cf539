/** What a value is. Each has its check in value-check.ts. */
export type OptionType =
  | 'boolean'
  | 'integer'
  | 'number'
  | 'text'
  | 'enum'
  | 'enums'
  | 'codecs'
  | 'codec-preferences'
  | 'networks'
  | 'hosts'
  | 'domain'
  | 'variable'
  | 'header'
  | 'sip-uri'
  | 'digest'
  | 'md5'
  | 'bind'
  | 'address'
  | 'groups'
  | 'names'
  | 'context'
  | 'callerid'
  | 'path'
  | 'tos'
  | 'transport'
  | 'endpoint'
  | 'aors'
  | 'auths'
  | 'gone'

/** One option of one type of object. */
export interface PjsipOption {
  readonly type: OptionType
  /** As Asterisk has it when nothing is set; absent: empty. */
  readonly default?: string
  /** Of an enum: what may be given. */
  readonly values?: readonly string[]
  readonly min?: number
  readonly max?: number
  /** May stand several times; the entries add up. */
  readonly multiple?: true
  /** Never shown. */
  readonly secret?: true
}

export type OptionTable = Readonly<Record<string, PjsipOption>>
