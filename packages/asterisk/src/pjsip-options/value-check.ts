import { isIP } from 'node:net'
import { codecNames } from './codec-names.ts'
import type { OptionType, PjsipOption } from './option.ts'

type Check = (value: string, option: PjsipOption) => string | undefined

const trueWords = ['yes', 'true', 'y', 't', '1', 'on']
const falseWords = ['no', 'false', 'n', 'f', '0', 'off']
const tosNames = /^(?:cs[0-7]|af[1-4][1-3]|ef|lowdelay|throughput|reliability|mincost|none|0x[0-9a-f]{1,2}|\d{1,3})$/i
const hostName =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i
const objectName = /^[-_.a-zA-Z0-9]{1,128}$/

/** What Asterisk takes for true and for false (`ast_true`, `ast_false`); undefined for anything else. */
export function truthOf(value: string): boolean | undefined {
  const word = value.toLowerCase()
  if (trueWords.includes(word)) return true
  return falseWords.includes(word) ? false : undefined
}

/** What may be given for an option, in words that end the sentence "must be …". */
export function allowedFor(option: PjsipOption): string {
  const { type, values = [], min, max } = option
  if (type === 'enum') return `one of ${values.join(', ')}`
  if (type === 'enums') return `one or more of ${values.join(', ')}, with commas between`
  if (type === 'integer' || type === 'number')
    return `${type === 'integer' ? 'a whole number' : 'a number'}${range(min, max)}`
  return words[type]
}

function range(min?: number, max?: number): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` of at least ${min}`
  return max === undefined ? '' : ` of at most ${max}`
}

const words: Record<Exclude<OptionType, 'enum' | 'enums' | 'integer' | 'number'>, string> = {
  boolean: 'yes or no',
  text: 'text in one line',
  codecs: 'names of codecs with commas between, as !all,opus,ulaw:20',
  'codec-preferences': 'as prefer: pending, operation: intersect, keep: all, transcode: allow',
  networks: 'addresses or networks with commas between, as 192.0.2.0/24',
  hosts: 'addresses, networks or host names with commas between',
  domain: 'the name or the address of a host, as example.com',
  variable: 'NAME=value',
  header: 'Name: value',
  'sip-uri': 'a SIP URI, as sip:user@example.com:5060',
  digest: 'MD5:, SHA-256: or SHA-512-256: and the hexadecimal digest of user:realm:password',
  md5: '32 hexadecimal digits: the MD5 of user:realm:password',
  bind: 'an address, with a port or without, as 0.0.0.0:5060',
  address: 'an IP address',
  groups: 'numbers from 0 to 63 or ranges of them, as 1,3-5',
  names: 'names with commas between',
  context: 'the name of a context: no blanks and no commas',
  callerid: '"Name" <number>',
  path: 'a path in one line',
  tos: 'a name as ef, af41 or cs3, or a number from 0 to 255',
  transport: 'the name of a transport',
  endpoint: 'the name of an endpoint',
  aors: 'names of aors with commas between',
  auths: 'names of auths with commas between',
  gone: 'left out: Asterisk 22 has it no more',
}

const valid = (isValid: boolean, option: PjsipOption): string | undefined =>
  isValid ? undefined : `must be ${allowedFor(option)}`

const listOf = (value: string) => value.split(',').map((part) => part.trim())

const each =
  (isValid: (part: string) => boolean): Check =>
  (value, option) =>
    valid(
      listOf(value).every((part) => part !== '' && isValid(part)),
      option,
    )

/** `192.0.2.1`, `2001:db8::/32`, `10.0.0.0/255.0.0.0`; an ACL entry may be negated by `!`. */
function isNetwork(text: string): boolean {
  const [, address = '', mask] = /^!?([^/]+)(?:\/(.+))?$/.exec(text) ?? []
  const family = isIP(address.replace(/^\[(.*)\]$/, '$1'))
  if (family === 0) return false
  if (mask === undefined) return true
  if (/^\d{1,3}$/.test(mask)) return Number(mask) <= (family === 4 ? 32 : 128)
  return family === 4 && isIP(mask) === 4
}

/** What may stand in a SIP URI behind the `@`. */
export function isDomain(text: string): boolean {
  return hostName.test(text) || isIP(text.replace(/^\[(.*)\]$/, '$1')) !== 0
}

function isBind(text: string): boolean {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  if (port !== undefined && Number(port) > 65_535) return false
  if (bracketed !== undefined) return isIP(bracketed) === 6
  return isIP(text) === 6 || isIP(plain) === 4 || hostName.test(plain)
}

function isGroup(text: string): boolean {
  const [, from, to = from] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(text) ?? []
  return from !== undefined && Number(from) <= Number(to) && Number(to) <= 63
}

function isCodec(text: string): boolean {
  const [, name = '', framing] = /^!?([a-z0-9_]+)(?::(\d{1,3}))?$/i.exec(text) ?? []
  return codecNames.has(name.toLowerCase()) && (framing === undefined || Number(framing) > 0)
}

function areCodecPreferences(value: string, { values = [] }: PjsipOption): boolean {
  const known: Record<string, readonly string[]> = {
    prefer: ['pending', 'configured'],
    operation: values,
    keep: ['all', 'first'],
    transcode: ['allow', 'prevent'],
  }
  return listOf(value).every((part) => {
    const [, name = '', chosen = ''] = /^([a-z]+)\s*:\s*([a-z_]+)$/.exec(part) ?? []
    return known[name]?.includes(chosen) === true
  })
}

const digestLengths: Record<string, number> = { MD5: 32, 'SHA-256': 64, 'SHA-512-256': 64 }

function isDigest(text: string): boolean {
  const [, algorithm = '', digest = ''] = /^([A-Z0-9-]+):([0-9a-fA-F]+)$/.exec(text) ?? []
  return digestLengths[algorithm] === digest.length
}

export function isSipUri(text: string): boolean {
  return /^(?:"[^"]*"\s*|[^<>"]*)?<?sips?:[^\s<>"]+>?$/i.test(text) && text.includes('<') === text.includes('>')
}

const anything: Check = () => undefined
const checks: Record<OptionType, Check> = {
  boolean: (value, option) => valid(truthOf(value) !== undefined, option),
  integer: (value, option) => valid(/^[-+]?\d{1,10}$/.test(value) && isWithin(Number(value), option), option),
  number: (value, option) =>
    valid(/^[-+]?\d{1,10}(?:\.\d{1,9})?$/.test(value) && isWithin(Number(value), option), option),
  text: anything,
  enum: (value, option) => valid(option.values?.includes(value) === true, option),
  enums: (value, option) => each((part) => option.values?.includes(part) === true)(value, option),
  codecs: each(isCodec),
  'codec-preferences': (value, option) => valid(areCodecPreferences(value, option), option),
  networks: each(isNetwork),
  hosts: each((part) => isNetwork(part) || hostName.test(part)),
  domain: (value, option) => valid(isDomain(value), option),
  variable: (value, option) => valid(/^[^=\s]+\s*=/.test(value), option),
  header: (value, option) => valid(/^[^:\s]+\s*:\s*\S/.test(value), option),
  'sip-uri': (value, option) => valid(isSipUri(value), option),
  digest: (value, option) => valid(isDigest(value), option),
  md5: (value, option) => valid(/^[0-9a-fA-F]{32}$/.test(value), option),
  bind: (value, option) => valid(isBind(value), option),
  address: (value, option) => valid(isIP(value) !== 0, option),
  groups: each(isGroup),
  names: each((part) => !/\s/.test(part)),
  context: (value, option) => valid(/^[^\s,[\]]+$/.test(value), option),
  callerid: (value, option) =>
    valid((value.match(/"/g)?.length ?? 0) % 2 === 0 && /^[^<>]*(?:<[^<>]*>)?\s*$/.test(value), option),
  path: anything,
  tos: (value, option) => valid(tosNames.test(value) && !(Number(value) > 255), option),
  transport: (value, option) => valid(objectName.test(value), option),
  endpoint: (value, option) => valid(objectName.test(value), option),
  aors: each((part) => objectName.test(part)),
  auths: each((part) => objectName.test(part)),
  gone: (_value, option) => valid(false, option),
}

function isWithin(value: number, { min, max }: PjsipOption): boolean {
  return value >= (min ?? -2_147_483_648) && value <= (max ?? 4_294_967_295)
}

/** What is wrong with a value by itself, as "must be yes or no"; undefined: nothing. */
export function problemWith(option: PjsipOption, value: string): string | undefined {
  // A line end would begin another option, or another object, in a file.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
  if (/[\u0000-\u001f\u007f]/.test(value)) return 'must be text in one line, without control characters'
  return checks[option.type](value, option)
}
