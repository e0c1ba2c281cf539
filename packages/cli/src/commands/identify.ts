import { explain, type PhoneEvidence } from '@strowger/schema'
import type { Command } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

export function addIdentify(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('identify')
      .description('says which phone a request would be taken for, and why; nothing is stored')
      .option('--agent <text>', 'User-Agent of an HTTP request')
      .option('--path <path>', 'path of an HTTP request, with its query if it has one')
      .option('--header <name=value>', 'another header of an HTTP request; may be given again', collected, [])
      .option('--tftp <file>', 'file asked for over TFTP')
      .option('--dhcp <code=value>', 'DHCP option, \\x00 for a byte; may be given again', collected, [])
      .option('--mac <mac>', 'told by DHCP or a certificate')
      .option('--address <address>', 'where it comes from', '127.0.0.1')
      .action(async (given: Given) => {
        tool.show(await (await tool.client()).call(explain, { evidence: evidenceFrom(given) }), explained)
      }),
    [
      `strowger identify --agent 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56' --path /001565123456.cfg`,
      'strowger identify --tftp 001565123456.cfg',
      `strowger identify --dhcp '60=Cisco Systems, Inc. IP Phone CP-7960G\\x00' --mac 00:07:0e:12:34:56`,
    ],
  )
}

interface Given {
  readonly agent?: string
  readonly path?: string
  readonly header: readonly string[]
  readonly tftp?: string
  readonly dhcp: readonly string[]
  readonly mac?: string
  readonly address: string
}

function evidenceFrom({ agent, path, header, tftp, dhcp, mac, address }: Given): PhoneEvidence {
  const isHttp = agent !== undefined || path !== undefined || header.length > 0
  const ways = [isHttp, tftp !== undefined, dhcp.length > 0].filter((isGiven) => isGiven)
  if (ways.length !== 1) {
    throw new Failure('Say what the phone sends: --agent and --path, or --tftp, or --dhcp', exitCodes.usage)
  }
  const evidence: PhoneEvidence = { transport: isHttp ? 'http' : tftp === undefined ? 'dhcp' : 'tftp', address }
  if (agent !== undefined) evidence.userAgent = agent
  if (path !== undefined) evidence.path = path
  if (header.length > 0) evidence.headers = pairsOf(header, (name) => name.toLowerCase())
  if (tftp !== undefined) evidence.filename = tftp
  if (dhcp.length > 0) evidence.options = pairsOf(dhcp, (code) => code)
  if (mac !== undefined) evidence.mac = mac
  return evidence
}

function collected(value: string, before: readonly string[]): string[] {
  return [...before, value]
}

function pairsOf(texts: readonly string[], nameOf: (name: string) => string): Record<string, string> {
  const pairs: Record<string, string> = {}
  for (const text of texts) {
    const mark = text.indexOf('=')
    if (mark < 1) throw new Failure(`It must be name=value: ${text}`, exitCodes.usage)
    pairs[nameOf(text.slice(0, mark))] = text
      .slice(mark + 1)
      .replace(/\\x([0-9a-fA-F]{2})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  }
  return pairs
}

type Explanation = typeof explain.example.output

function explained(answer: Explanation): string[] {
  const { evidence, plugins, score, device } = answer
  const facts = (['vendor', 'model', 'version', 'mac', 'sn', 'uuid', 'plugin'] as const).flatMap((name) =>
    answer[name] === undefined ? [] : [`${name.padEnd(9)}${answer[name]}`],
  )
  const said = evidence.map(
    ({ plugin, rule, said: what, overruled }) =>
      `  ${plugin} ${rule}: ${Object.entries(what)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}${overruled === undefined ? '' : ` (${overruled})`}`,
  )
  const candidates = plugins.map(({ plugin, score: points, why }) => `  ${plugin}  ${points}  ${why}`)
  return [
    ...(facts.length === 0 ? ['No plugin recognises it'] : facts),
    `score    ${score}`,
    `device   ${device ?? 'would be a new one'}`,
    ...(said.length === 0 ? [] : ['', 'Who said what:', ...said]),
    ...(candidates.length === 0 ? [] : ['', 'Plugins:', ...candidates]),
  ]
}
