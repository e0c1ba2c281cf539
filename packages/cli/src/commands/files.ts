import { deleteStaticFile, listStaticFiles, putStaticFile, type StaticFileView } from '@strowger/schema'
import type { Command } from 'commander'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'
import { bytesOf } from './templates.ts'

const columns: readonly Column<StaticFileView>[] = [
  { title: 'name', text: ({ name }) => name },
  { title: 'bytes', text: ({ bytes }) => String(bytes) },
  { title: 'changed', text: ({ at }) => shortInstant(at) },
  { title: 'rev', text: ({ revision }) => String(revision) },
]

export function addFiles(program: Command, tool: Tool): void {
  const files = program.command('files').description('files of your own that phones are served as they are')

  withExamples(
    files
      .command('list <plugin>')
      .description('those that the phones of a plugin are served')
      .action(async (plugin: string) => {
        const page = await (await tool.client()).call(listStaticFiles, { plugin, limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger files list yealink-v86'],
  )

  withExamples(
    files
      .command('put <plugin> <name> <file>')
      .description('adds or replaces one; - is standard input')
      .option('--dry-run', 'only check whether it can be')
      .action(async (plugin: string, name: string, file: string, { dryRun }) => {
        const content = { base64: bytesOf(file).toString('base64') }
        const input = { plugin, name, file: content, ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(putStaticFile, input), ({ file: put, applied }) => [
          put && applied ? `${put.name} has ${put.bytes} bytes, at revision ${put.revision}` : 'Nothing was changed',
        ])
      }),
    ['strowger files put yealink-v86 ring.wav ./ring.wav'],
  )

  withExamples(
    files
      .command('delete <plugin> <name>')
      .description('removes one')
      .option('--dry-run', 'only check whether it can be')
      .action(async (plugin: string, name: string, { dryRun }) => {
        const input = { plugin, name, ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(deleteStaticFile, input), ({ applied }) => [
          applied ? 'Deleted' : 'Nothing was changed',
        ])
      }),
    ['strowger files delete yealink-v86 ring.wav'],
  )
}
