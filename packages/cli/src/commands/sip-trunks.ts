import { trunks } from '@strowger/schema'
import type { Command } from 'commander'
import { table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { configurationNamed } from './sip-configurations.ts'

interface TrunkOptions {
  readonly context?: string
  readonly label?: string
  readonly endpoint?: string
}

const inputFrom = ({ context, label }: TrunkOptions) => ({
  ...(context === undefined ? {} : { context: context === '' ? null : context }),
  ...(label === undefined ? {} : { label: label === '' ? null : label }),
})

/** `sip trunks` */
export function addTrunks(sip: Command, tool: Tool): void {
  const group = sip.command('trunks').description('ways to carriers and other systems, with their endpoint')

  /** Gives a trunk another endpoint than it has. */
  async function putEndpoint(id: number, named: string | undefined): Promise<void> {
    if (named === undefined) return
    const client = await tool.client()
    const present = (await client.call(trunks.get, { id })).endpoint_sip
    const wanted = named === '' ? undefined : await configurationNamed(client, 'endpoint', named)
    if (present?.uuid === wanted?.uuid) return
    if (present) await client.call(trunks.deleteEndpoint, { id, endpoint_uuid: present.uuid })
    if (wanted) await client.call(trunks.putEndpoint, { id, endpoint_uuid: wanted.uuid })
  }

  withExamples(
    group
      .command('list', { isDefault: true })
      .description('those of the tenant')
      .option('--recurse', 'of tenants below, too')
      .action(async (options) => {
        tool.show(await (await tool.client()).call(trunks.list, { ...options, limit: 1000 }), ({ items }) =>
          table(
            items,
            [
              { title: 'id', text: ({ id }) => String(id) },
              { title: 'label', text: ({ label }) => label ?? undefined, leaves: 1 },
              { title: 'endpoint', text: ({ endpoint_sip: endpoint }) => endpoint?.name },
              { title: 'context', text: ({ context }) => context ?? undefined },
            ],
            tool.around.out.columns,
          ),
        )
      }),
    ['strowger sip trunks list'],
  )
  withExamples(
    group
      .command('create')
      .description('adds one')
      .option('--endpoint <name>', 'the SIP endpoint that it has')
      .option('--context <context>', 'of the dialplan, for calls that come in by it')
      .option('--label <text>', 'for people')
      .action(async (options: TrunkOptions) => {
        const client = await tool.client()
        const { id } = await client.call(trunks.create, { trunk: inputFrom(options) })
        await putEndpoint(id, options.endpoint)
        tool.show(await client.call(trunks.get, { id }), () => [`Trunk ${id}`])
      }),
    ['strowger sip trunks create --endpoint carrier --context from-outside --label "Carrier One"'],
  )
  withExamples(
    group
      .command('set <id>')
      .description('changes one; an empty value takes it away')
      .option('--endpoint <name>', 'the SIP endpoint that it has')
      .option('--context <context>', 'of the dialplan, for calls that come in by it')
      .option('--label <text>', 'for people')
      .action(async (named: string, options: TrunkOptions) => {
        const client = await tool.client()
        const id = wholeNumber(named)
        const trunk = inputFrom(options)
        if (Object.keys(trunk).length > 0) await client.call(trunks.update, { id, trunk })
        await putEndpoint(id, options.endpoint)
        tool.show(await client.call(trunks.get, { id }), () => [`Changed trunk ${id}`])
      }),
    ['strowger sip trunks set 1 --endpoint carrier-two'],
  )
  withExamples(
    group
      .command('delete <id>')
      .description('removes one; its endpoint stays')
      .action(async (named: string) => {
        const id = wholeNumber(named)
        tool.show(await (await tool.client()).call(trunks.delete, { id }), () => [`Deleted trunk ${id}`])
      }),
    ['strowger sip trunks delete 1'],
  )
}
