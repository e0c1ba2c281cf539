import { deleteUploads, getUpload, keepUploads, listUploads } from '@strowger/schema'
import type { Command } from 'commander'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'
import { durationS } from './tokens.ts'

type Upload = (typeof listUploads.example.output.items)[number]

const columns: readonly Column<Upload>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'at', text: ({ at }) => shortInstant(at) },
  { title: 'bytes', text: ({ size }) => String(size) },
  { title: 'file', text: ({ file }) => file, shrinksTo: 10 },
]

export function addUploads(program: Command, tool: Tool): void {
  const uploads = program.command('uploads').description('logs and settings that phones send of themselves')

  const shown = (answer: typeof listUploads.example.output) => {
    const { keepUntil } = answer
    const head = keepUntil ? `kept until ${shortInstant(keepUntil)}` : 'nothing more is kept: strowger uploads keep'
    return [head, ...table(answer.items, columns, tool.around.out.columns)]
  }

  withExamples(
    uploads
      .command('list <device>')
      .description('what a phone has sent and was kept')
      .action(async (device: string) => {
        const client = await tool.client()
        tool.show(await client.call(listUploads, { id: await deviceId(client, device) }), shown)
      }),
    ['strowger uploads list 00:15:65:12:34:56'],
  )

  withExamples(
    uploads
      .command('keep <device>')
      .description('keeps what a phone sends, for a time')
      .option('--for <duration>', '10m, 12h, 30d', durationS, 86_400)
      .action(async (device: string, { for: forS }) => {
        const client = await tool.client()
        tool.show(await client.call(keepUploads, { id: await deviceId(client, device), keep: { forS } }), shown)
      }),
    ['strowger uploads keep 00:15:65:12:34:56 --for 12h'],
  )

  withExamples(
    uploads
      .command('get <device> <upload>')
      .description('prints one of them')
      .action(async (device: string, upload: string) => {
        const client = await tool.client()
        const one = await client.call(getUpload, { id: await deviceId(client, device), upload })
        tool.show(one, ({ content }) => [Buffer.from(content, 'base64').toString('utf8').trimEnd()])
      }),
    ['strowger uploads get 00:15:65:12:34:56 0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f'],
  )

  withExamples(
    uploads
      .command('delete <device>')
      .description('keeps nothing more of a phone, and removes what was kept')
      .action(async (device: string) => {
        const client = await tool.client()
        await client.call(deleteUploads, { id: await deviceId(client, device) })
        tool.show({ device }, () => [`nothing of ${device} is kept`])
      }),
    ['strowger uploads delete 00:15:65:12:34:56'],
  )
}
