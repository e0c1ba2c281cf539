import { type LineView, lineAssociations, lines, type SipStep } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { type Column, table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'
import { addFunctionKeys } from './function-keys.ts'

const columns: readonly Column<LineView>[] = [
  { title: 'id', text: ({ id }) => String(id) },
  { title: 'name', text: ({ name }) => name ?? undefined },
  { title: 'extensions', text: ({ extensions }) => extensions.map(({ exten }) => exten).join(', ') },
  { title: 'context', text: ({ context }) => context, shrinksTo: 8 },
  { title: 'caller', text: ({ caller_id_name: name }) => name ?? undefined, shrinksTo: 8, leaves: 2 },
  { title: 'code', text: ({ provisioning_code: code }) => code, leaves: 3 },
  { title: 'position', text: ({ position }) => position?.toString(), leaves: 1 },
  { title: 'device', text: ({ device_id: device }) => device ?? undefined, leaves: 4 },
]

function stepLines(steps: readonly SipStep[] | undefined, task: string | undefined): string[] {
  return [
    ...(steps ?? []).map(
      ({ step, state, detail }) => `${step.padEnd(12)}${state}${detail === undefined ? '' : `  ${detail}`}`,
    ),
    ...(task === undefined ? [] : [`It goes on as the task ${task}: strowger tasks show ${task}`]),
  ]
}

export function addLines(program: Command, tool: Tool): void {
  const group = program
    .command('lines')
    .description('what people have on their phones: endpoint, extensions, and a place on a device')

  withExamples(
    group
      .command('list')
      .description('lines of the tenant')
      .option('--search <text>', 'part of anything shown')
      .option('--recurse', 'of tenants below, too')
      .action(async (options) => {
        const page = await (await tool.client()).call(lines.list, { ...options, limit: 1000 })
        tool.show(page, ({ items }) => table(items, columns, tool.around.out.columns))
      }),
    ['strowger lines list --search 1001'],
  )
  withExamples(
    group
      .command('get <line>')
      .description('one line')
      .action(async (id: string) => {
        tool.show(await (await tool.client()).call(lines.get, { id: wholeNumber(id) }), details)
      }),
    ['strowger lines get 1'],
  )
  withExamples(
    group
      .command('create <context>')
      .description('adds a line with an endpoint of its own')
      .option('--name <name>', 'of the endpoint, and user name of the phone')
      .option('--password <password>', 'of the phone')
      .option('--exten <exten>', 'its extension')
      .option('--caller <name>', 'name shown to others')
      .option('--template <uuid...>', 'what its endpoint inherits from')
      .action(
        async (
          context: string,
          options: { name?: string; password?: string; exten?: string; caller?: string; template?: string[] },
        ) => {
          const { name, password, exten, caller, template } = options
          const line = {
            context,
            ...(caller === undefined ? {} : { caller_id_name: caller }),
            ...(exten === undefined ? {} : { extensions: [{ exten }] }),
            endpoint_sip: {
              ...(name === undefined ? {} : { name }),
              ...(template === undefined ? {} : { templates: template.map((uuid) => ({ uuid })) }),
              ...(password === undefined || name === undefined
                ? {}
                : {
                    auth_section_options: [
                      ['username', name],
                      ['password', password],
                    ] as [string, string][],
                  }),
            },
          }
          tool.show(await (await tool.client()).call(lines.create, { line }), details)
        },
      ),
    ['strowger lines create hotel-internal --name room101 --password secret --exten 1001 --caller Alice'],
  )
  withExamples(
    group
      .command('put <line> <device>')
      .description('puts a line on a device (id or MAC address), at the position of the line')
      .action(async (id: string, named: string) => {
        const client = await tool.client()
        const done = await client.call(lineAssociations.putDevice, {
          id: wholeNumber(id),
          device_id: await deviceId(client, named),
        })
        tool.show(done, ({ steps, task }) =>
          task === undefined ? [`Line ${id} is on ${named}`] : stepLines(steps, task),
        )
      }),
    ['strowger lines put 1 00:15:65:12:34:56'],
  )
  withExamples(
    group
      .command('take <line> <device>')
      .description('takes a line from a device; with the last one it returns to autoprov')
      .action(async (id: string, named: string) => {
        const client = await tool.client()
        const done = await client.call(lineAssociations.deleteDevice, {
          id: wholeNumber(id),
          device_id: await deviceId(client, named),
        })
        tool.show(done, ({ steps, task }) =>
          task === undefined ? [`Line ${id} is on no device`] : stepLines(steps, task),
        )
      }),
    ['strowger lines take 1 00:15:65:12:34:56'],
  )
  withExamples(
    group
      .command('new-password <line>')
      .description('gives phone and Asterisk a new random password, as one operation')
      .option('--synchronize', 'have the phone fetch its file')
      .action(async (id: string, { synchronize }: { synchronize?: boolean }) => {
        const credentials = { generate: true, ...(synchronize ? { synchronize } : {}) }
        const done = await (await tool.client()).call(lineAssociations.credentials, {
          id: wholeNumber(id),
          credentials,
        })
        tool.show(done, ({ steps, task }) => stepLines(steps, task))
      }),
    ['strowger lines new-password 1 --synchronize'],
  )
  addFunctionKeys(group, tool)
  withExamples(
    group
      .command('delete <line>')
      .description('removes a line')
      .option('--recursive', 'with its endpoint and extensions, also from its device')
      .action(async (id: string, { recursive }: { recursive?: boolean }) => {
        await (await tool.client()).call(lines.delete, { id: wholeNumber(id), ...(recursive ? { recursive } : {}) })
        tool.show({ id }, () => [`Deleted line ${id}`])
      }),
    ['strowger lines delete 1 --recursive'],
  )
}
