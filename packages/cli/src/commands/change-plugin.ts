import { changePlugin, type TaskDocument } from '@strowger/schema'
import type { Command } from 'commander'
import { table } from '../table.ts'
import { followTask } from '../task-progress.ts'
import { type Tool, withExamples } from '../tool.ts'
import { failUnlessAll, type SynchronizeResult, synchronizedLines } from './synchronize.ts'

type Preview = (typeof changePlugin)['example']['output']

interface Result {
  readonly changed: number
  readonly changeSet?: number
  readonly failed: number
  readonly failures: readonly { readonly device: string; readonly error: string }[]
  readonly synchronization?: SynchronizeResult
}

/** What the new plugin would make of the devices. */
export function previewLines({ deviceCount, devices, models }: Preview, width: number | undefined): string[] {
  const told = devices.filter(({ known, error }) => !known || error !== undefined)
  return [
    ...table(
      models,
      [
        { title: 'model', text: ({ model }) => model ?? '–' },
        { title: 'devices', text: ({ devices: count }) => String(count) },
        { title: 'new plugin', text: ({ known }) => (known ? 'knows it' : 'does not know it') },
        { title: 'files', text: ({ failing }) => (failing === 0 ? 'render' : `${failing} fail`) },
      ],
      width,
    ),
    ...told.map(({ id, mac, error }) => `${mac ?? id}  ${error ?? 'its model is not known to the new plugin'}`),
    `Nothing was changed. It would change ${deviceCount === 1 ? '1 device' : `${deviceCount} devices`}`,
  ]
}

export function changedPluginLines({ result }: TaskDocument): string[] {
  const { changed, changeSet, failed, failures, synchronization } = result as Result
  return [
    ...failures.map(({ device, error }) => `${device}  ${error}`),
    ...(synchronization ? synchronizedLines(synchronization) : []),
    `${changed} changed, ${failed} could not be rendered`,
    ...(changeSet === undefined ? [] : [`strowger changes undo devices/${changeSet} takes it back`]),
  ]
}

export function failUnlessSynchronized({ result }: TaskDocument): void {
  const { synchronization } = result as Result
  if (synchronization) failUnlessAll(synchronization)
}

export function addChangePlugin(devices: Command, tool: Tool): void {
  withExamples(
    devices
      .command('change-plugin <old> <new>')
      .description('gives all devices of one plugin another one, as one change')
      .option('--synchronize', 'then have the phones fetch their files')
      .option('--recurse', 'devices of the tenants below, too')
      .option('--dry-run', 'say which devices, whether the new plugin knows their models and can render their files')
      .option('--follow', 'wait for its end')
      .action(async (old: string, wanted: string, { synchronize, recurse, dryRun, follow }) => {
        const client = await tool.client()
        const change = { old, new: wanted, ...(synchronize ? { synchronize } : {}), ...(recurse ? { recurse } : {}) }
        const answer = await client.call(changePlugin, { change, ...(dryRun ? { dryRun } : {}) })
        const { task } = answer
        if (task === undefined) return tool.show(answer, (preview) => previewLines(preview, tool.around.out.columns))
        if (!follow) return tool.show(task, ({ id }) => [`Task ${id}; strowger tasks watch ${id} follows it`])
        const ended = await followTask(tool, client, task.id)
        tool.show(ended, changedPluginLines)
        failUnlessSynchronized(ended)
      }),
    [
      'strowger devices change-plugin aastra-3.3.1-SP4 aastra-4.2.0 --dry-run',
      'strowger devices change-plugin aastra-3.3.1-SP4 aastra-4.2.0 --recurse --synchronize --follow',
    ],
  )
}
