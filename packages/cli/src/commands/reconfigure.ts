import { reconfigure } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'

export function addReconfigure(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('reconfigure')
      .description('renders the files of devices again: of all, of one, or of those with a plugin')
      .option('--device <device>', 'id or mac')
      .option('--plugin <plugin>')
      .option('--recurse', 'devices of the tenants below, too')
      .option('--follow', 'wait for its end')
      .action(async ({ device, plugin, recurse, follow }) => {
        const client = await tool.client()
        const selection = {
          ...(device ? { device: await deviceId(client, device) } : {}),
          ...(plugin ? { plugin } : {}),
          ...(recurse ? { recurse } : {}),
        }
        const task = await client.call(reconfigure, { selection })
        if (follow) tool.show(await followTask(tool, client, task.id), details)
        else tool.show(task, ({ id }) => [`Task ${id}; strowger tasks watch ${id} follows it`])
      }),
    [
      'strowger reconfigure --follow',
      'strowger reconfigure --plugin yealink-v86',
      'strowger reconfigure --device 00:15:65:12:34:56',
    ],
  )
}
