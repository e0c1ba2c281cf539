import { explain } from '@strowger/schema'
import type { Command } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

export function addIdentify(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('identify')
      .description('says which phone a request would be taken for, and why; nothing is stored')
      .option('--agent <text>', 'User-Agent of an HTTP request')
      .option('--path <path>', 'path of an HTTP request')
      .option('--tftp <file>', 'file asked for over TFTP')
      .option('--mac <mac>', 'told by DHCP or a certificate')
      .option('--address <address>', 'where it comes from', '127.0.0.1')
      .action(async ({ agent, path, tftp, mac, address }) => {
        if (agent === undefined && path === undefined && tftp === undefined) {
          throw new Failure('Say what the phone sends: --agent and --path, or --tftp', exitCodes.usage)
        }
        const evidence = {
          transport: tftp === undefined ? ('http' as const) : ('tftp' as const),
          address,
          ...(agent === undefined ? {} : { userAgent: agent }),
          ...(path === undefined ? {} : { path }),
          ...(tftp === undefined ? {} : { filename: tftp }),
          ...(mac === undefined ? {} : { mac }),
        }
        tool.show(await (await tool.client()).call(explain, { evidence }), explained)
      }),
    [
      `strowger identify --agent 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56' --path /001565123456.cfg`,
      'strowger identify --tftp 001565123456.cfg',
    ],
  )
}

type Explanation = typeof explain.example.output

function explained(answer: Explanation): string[] {
  const { evidence, plugins, score, device } = answer
  const facts = (['vendor', 'model', 'version', 'mac', 'sn', 'uuid', 'plugin'] as const).flatMap((name) =>
    answer[name] === undefined ? [] : [`${name.padEnd(9)}${answer[name]}`],
  )
  const said = evidence.map(
    ({ plugin, rule, said: what }) =>
      `  ${plugin} ${rule}: ${Object.entries(what)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
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
