import { synchronize, type TaskDocument } from '@strowger/schema'
import type { Command } from 'commander'
import { Failure } from '../failure.ts'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'

/** What a task says of the phones that were told to fetch their files. */
export interface SynchronizeResult {
  readonly synchronized: number
  readonly failed: number
  readonly devices: readonly {
    readonly device: string
    readonly mac?: string
    readonly outcome: string
    readonly reason?: string
  }[]
}

export function synchronizedLines({ synchronized, failed, devices }: SynchronizeResult): string[] {
  const failures = devices.filter(({ outcome }) => outcome === 'failed')
  const more = failed - failures.length
  return [
    ...failures.map(({ device, mac, reason }) => `${mac ?? device}  failed: ${reason}`),
    ...(more > 0 ? [`(and ${more} more)`] : []),
    `${synchronized} synchronized, ${failed} failed`,
  ]
}

export function failUnlessAll({ failed }: SynchronizeResult): void {
  if (failed > 0)
    throw new Failure(failed === 1 ? '1 phone was not synchronized' : `${failed} phones were not synchronized`)
}

export function addSynchronize(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('synchronize')
      .description('has phones fetch their files again, which some do by restarting; done when they have')
      .option('--device <device...>', 'id or mac')
      .option('--plugin <plugin>', 'all that use it')
      .option('--all', 'all of the tenant')
      .option('--recurse', 'devices of the tenants below, too')
      .option('--follow', 'wait for its end')
      .action(async ({ device, plugin, all, recurse, follow }) => {
        if (!device && !plugin && !all) throw new Failure('Which phones? --device, --plugin or --all', 2)
        const client = await tool.client()
        const devices: string[] = []
        for (const named of device ?? []) devices.push(await deviceId(client, named))
        const selection = {
          ...(devices.length > 0 ? { devices } : {}),
          ...(plugin ? { plugin } : {}),
          ...(recurse ? { recurse } : {}),
        }
        const task = await client.call(synchronize, { selection })
        if (!follow) return tool.show(task, ({ id }) => [`Task ${id}; strowger tasks watch ${id} follows it`])
        const ended = await followTask(tool, client, task.id)
        const result = (ended as TaskDocument).result as SynchronizeResult
        tool.show(ended, () => synchronizedLines(result))
        failUnlessAll(result)
      }),
    [
      'strowger synchronize --device 00:15:65:12:34:56 --follow',
      'strowger synchronize --plugin yealink-v86',
      'strowger synchronize --all --recurse --follow',
    ],
  )
}
