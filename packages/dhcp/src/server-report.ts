import { Fault, type FieldProblem } from '@strowger/schema'
import { ipv4FromText, isAddressOfHost } from './ipv4.ts'
import { macFromText } from './mac.ts'
import { optionText } from './option-text.ts'
import type { DhcpReport } from './report.ts'

/** More than a client can send at all. */
const maxOptions = 256

/**
 * Reads what a DHCP server posts, in the form that wazo-provd takes:
 *
 *     {"dhcp_info": {"op": "commit", "ip": "192.0.2.30", "mac": "0:8:5d:2e:ec:fb", "options": ["060.43.69.73.63.6f"]}}
 *
 * `op` is commit, expiry or release; the last two need no more than `ip`. An option is three decimal digits and the
 * bytes of its value in hexadecimal: with or without separators, and of one digit where the server leaves zeros out.
 *
 * @throws Fault('invalid-input') that names every field that is wrong.
 */
export function reportFromBody(body: unknown): DhcpReport {
  const problems: FieldProblem[] = []
  const report = readReport(body, problems)
  if (report === undefined || problems.length > 0) {
    throw new Fault('invalid-input', { detail: 'This is not what a DHCP server tells', fields: problems })
  }
  return report
}

function readReport(body: unknown, problems: FieldProblem[]): DhcpReport | undefined {
  const wrong = (field: string, problem: string) => void problems.push({ field: `/dhcp_info${field}`, problem })
  const info = isRecord(body) ? body['dhcp_info'] : undefined
  if (!isRecord(info)) {
    wrong('', 'must be an object')
    return undefined
  }
  const ip = typeof info['ip'] === 'string' ? ipv4FromText(info['ip'].trim()) : undefined
  if (info['ip'] === undefined) wrong('/ip', 'is missing')
  else if (ip === undefined || !isAddressOfHost(ip)) wrong('/ip', 'must be the IPv4 address of a host')
  switch (info['op']) {
    case 'commit': {
      const mac = typeof info['mac'] === 'string' ? macFromText(info['mac'].trim()) : undefined
      if (info['mac'] === undefined) wrong('/mac', 'is missing')
      else if (mac === undefined) wrong('/mac', 'must be the MAC address of a host')
      const options = readOptions(info['options'], wrong)
      return ip === undefined || mac === undefined ? undefined : { op: 'commit', ip, mac, options }
    }
    case 'expiry':
    case 'release':
      return ip === undefined ? undefined : { op: info['op'], ip }
    case undefined:
      wrong('/op', 'is missing')
      return undefined
    default:
      wrong('/op', 'must be commit, expiry or release')
      return undefined
  }
}

function readOptions(given: unknown, wrong: (field: string, problem: string) => void): Record<string, string> {
  const options: Record<string, string> = {}
  if (given === undefined) wrong('/options', 'is missing')
  else if (!Array.isArray(given) || given.length > maxOptions) {
    wrong('/options', `must be a list of at most ${maxOptions} texts`)
  } else {
    for (const [index, text] of given.entries()) {
      const option = typeof text === 'string' ? optionFromText(text) : undefined
      if (option === undefined) wrong(`/options/${index}`, 'must be three digits and bytes in hexadecimal')
      else options[option.code] = optionText(option.code, option.value)
    }
  }
  return options
}

function optionFromText(text: string): { code: number; value: Uint8Array } | undefined {
  const match = /^(\d{3})(.*)$/s.exec(text)
  const code = Number(match?.[1])
  // 0 pads and 255 ends the options of a datagram: neither has a value.
  if (match === null || code < 1 || code > 254) return undefined
  const value = bytesFromHex(match[2] ?? '')
  return value === undefined ? undefined : { code, value }
}

/** Bytes of one or two digits between separators (`.`, `:`, `-` or blanks), or pairs of digits without any. */
function bytesFromHex(text: string): Uint8Array | undefined {
  const trimmed = text.replace(/^[.:\s-]+|[.:\s-]+$/g, '')
  if (trimmed === '') return new Uint8Array(0)
  const tokens = /[.:\s-]/.test(trimmed) || trimmed.length <= 2 ? trimmed.split(/[.:\s-]/) : trimmed.match(/.{1,2}/gs)
  if (!tokens?.every((token) => /^[0-9a-f]{1,2}$/i.test(token))) return undefined
  if (tokens.length > 1 && tokens.join('') === trimmed && trimmed.length % 2 === 1) return undefined
  return Uint8Array.from(tokens, (token) => Number.parseInt(token, 16))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
