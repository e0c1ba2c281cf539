import { type FolderNote, reconfigure, type TaskDocument } from '@strowger/schema'
import type { Command } from 'commander'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'

interface Result {
  readonly changed: number
  readonly gone: number
  readonly filesWritten?: number
  readonly folder?: readonly FolderNote[]
}

/** What was done, and what was found in the folder of plugins. */
export function reconfiguredLines({ result }: TaskDocument): string[] {
  const { changed, gone, filesWritten, folder = [] } = result as Result
  return [
    ...folder.map(({ plugin, file, outcome, reason }) =>
      [`${plugin}/${file}  ${outcome}`, reason].filter(Boolean).join(': '),
    ),
    `${changed} rendered${gone > 0 ? `, ${gone} gone` : ''}${filesWritten === undefined ? '' : `, ${filesWritten} files written`}`,
  ]
}

export function addReconfigure(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('reconfigure')
      .description('renders the files of devices again: of all, of one, or of those with a plugin')
      .option('--device <device>', 'id or mac')
      .option('--plugin <plugin>')
      .option('--recurse', 'devices of the tenants below, too')
      .option('--write-files', 'write them to var/tftpboot of the folder of plugins, to be looked at')
      .option('--follow', 'wait for its end')
      .action(async ({ device, plugin, recurse, writeFiles, follow }) => {
        const client = await tool.client()
        const selection = {
          ...(device ? { device: await deviceId(client, device) } : {}),
          ...(plugin ? { plugin } : {}),
          ...(recurse ? { recurse } : {}),
          ...(writeFiles ? { writeFiles } : {}),
        }
        const task = await client.call(reconfigure, { selection })
        if (follow) tool.show(await followTask(tool, client, task.id), reconfiguredLines)
        else tool.show(task, ({ id }) => [`Task ${id}; strowger tasks watch ${id} follows it`])
      }),
    [
      'strowger reconfigure --follow',
      'strowger reconfigure --plugin yealink-v86',
      'strowger reconfigure --device 00:15:65:12:34:56',
    ],
  )
}
