import { getPlugin, listPlugins, type PluginView } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { type Column, table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'
import { addPluginFolder } from './plugin-folder.ts'

const columns: readonly Column<PluginView>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'version', text: ({ version }) => version },
  { title: 'devices', text: ({ devices }) => String(devices) },
  { title: 'vendors', text: ({ vendors }) => vendors.join(', '), shrinksTo: 8 },
  { title: 'models', text: ({ models }) => models.join(', '), shrinksTo: 12 },
  { title: 'origin', text: ({ origin }) => origin, leaves: 1 },
  { title: 'description', text: ({ description }) => description, shrinksTo: 12, leaves: 0 },
]

export function addPlugins(program: Command, tool: Tool): void {
  const plugins = program.command('plugins').description('what is known of phone generations')

  withExamples(
    plugins
      .command('list')
      .description('the plugins that are loaded')
      .option('--search <text>', 'part of any shown text')
      .action(async (options) => {
        const page = await (await tool.client()).call(listPlugins, { ...options, limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger plugins list', 'strowger plugins list --search yealink'],
  )

  withExamples(
    plugins
      .command('get <plugin>')
      .description('one plugin')
      .action(async (id: string) => {
        tool.show(await (await tool.client()).call(getPlugin, { id }), details)
      }),
    ['strowger plugins get yealink-v86'],
  )

  addPluginFolder(plugins, tool)
}
