import { type ExtensionView, extensions, lineAssociations } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { addServiceCodes } from './service-codes.ts'

const columns: readonly Column<ExtensionView>[] = [
  { title: 'id', text: ({ id }) => String(id) },
  { title: 'exten', text: ({ exten }) => exten },
  { title: 'context', text: ({ context }) => context },
  { title: 'line', text: ({ lines }) => lines.map(({ id }) => String(id)).join(', ') },
]

/** `lines` has those that a line was made with; here they are by themselves. */
export function addExtensions(program: Command, tool: Tool): void {
  const group = program.command('extensions').description('numbers of the dialplan, and the line that each leads to')

  withExamples(
    group
      .command('list')
      .description('extensions of the tenant')
      .option('--search <text>', 'part of the number or the context')
      .option('--context <context>', 'of this context only')
      .option('--recurse', 'of tenants below, too')
      .action(async (options) => {
        const page = await (await tool.client()).call(extensions.list, { ...options, order: 'exten', limit: 1000 })
        tool.show(page, ({ items }) => table(items, columns, tool.around.out.columns))
      }),
    ['strowger extensions list --context hotel-internal'],
  )
  withExamples(
    group
      .command('create <exten> <context>')
      .description('adds one, and gives it to a line')
      .option('--line <line>', 'the line it leads to')
      .action(async (exten: string, context: string, { line }: { line?: string }) => {
        const client = await tool.client()
        const made = await client.call(extensions.create, { extension: { exten, context } })
        if (line !== undefined)
          await client.call(lineAssociations.putExtension, { id: wholeNumber(line), extension_id: made.id })
        tool.show(line === undefined ? made : await client.call(extensions.get, { id: made.id }), details)
      }),
    ['strowger extensions create 1001 hotel-internal --line 1'],
  )
  withExamples(
    group
      .command('set <extension>')
      .description('changes one; what is not named stays, and so does its line')
      .option('--exten <exten>', 'another number')
      .option('--context <context>', 'another context of the dialplan')
      .action(async (id: string, extension: { exten?: string; context?: string }) => {
        if (Object.keys(extension).length === 0) throw new Failure('Name --exten or --context', exitCodes.usage)
        const client = await tool.client()
        await client.call(extensions.update, { id: wholeNumber(id), extension })
        tool.show(await client.call(extensions.get, { id: wholeNumber(id) }), details)
      }),
    ['strowger extensions set 1 --exten 1101'],
  )
  withExamples(
    group
      .command('delete <extension>')
      .description('removes one that no line has')
      .action(async (id: string) => {
        await (await tool.client()).call(extensions.delete, { id: wholeNumber(id) })
        tool.show({ id }, () => [`Deleted extension ${id}`])
      }),
    ['strowger extensions delete 1'],
  )
  addServiceCodes(group, tool)
}
