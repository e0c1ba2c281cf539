import { type RegistrarInput, registrars, type SipOption, type SipTransport, sipTransports } from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom } from '../assignments.ts'
import type { Client } from '../client.ts'
import { details } from '../details.ts'
import { Failure } from '../failure.ts'
import { table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'

const pairsFrom = (assignments: readonly string[]): SipOption[] =>
  assignments.map((argument) => {
    const { name, text } = assignmentFrom(argument)
    return [name, text]
  })

async function transportNamed(client: Client, named: string): Promise<SipTransport> {
  const { items } = await client.call(sipTransports.list, { search: named.slice(0, 100), limit: 1000 })
  const found = items.find(({ name, uuid }) => name === named || uuid === named.toLowerCase())
  if (found === undefined) throw new Failure(`There is no transport "${named}"; strowger sip transports shows them`)
  return found
}

/** What was done, or what a dry run found. */
const doneLines =
  (sentence: string) =>
  (done: { applied?: boolean | undefined }): string[] =>
    done.applied === false ? ['Nothing was changed. It would be:', ...details(done)] : [sentence]

/** `sip transports`: where Asterisk listens. Written by the root tenant. */
export function addTransports(sip: Command, tool: Tool): void {
  const group = sip.command('transports').description('where Asterisk listens')
  withExamples(
    group
      .command('list', { isDefault: true })
      .description('all of them, and what Asterisk goes by only after a restart')
      .action(async () => {
        tool.show(await (await tool.client()).call(sipTransports.list, { limit: 1000 }), ({ items }) =>
          table(
            items,
            [
              { title: 'name', text: ({ name }) => name },
              {
                title: 'options',
                text: ({ options }) => options.map((pair) => pair.join('=')).join(' '),
                shrinksTo: 20,
              },
              {
                title: 'asterisk',
                text: ({ applied }) => applied?.map(({ asterisk_id: id, state }) => `${id}: ${state}`).join(', '),
                leaves: 2,
              },
              { title: 'uuid', text: ({ uuid }) => uuid, leaves: 1 },
            ],
            tool.around.out.columns,
          ),
        )
      }),
    ['strowger sip transports list'],
  )
  withExamples(
    group
      .command('create <name> <options...>')
      .description('adds one; options are option=value')
      .action(async (name: string, assignments: string[]) => {
        const transport = { name, options: pairsFrom(assignments) }
        tool.show(await (await tool.client()).call(sipTransports.create, { transport }), ({ uuid }) => [
          `${name}  ${uuid}`,
        ])
      }),
    ['strowger sip transports create transport-tcp protocol=tcp bind=0.0.0.0:5060'],
  )
  withExamples(
    group
      .command('set <transport> <options...>')
      .description('sets options; option= without a value takes it away. Asterisk goes by most when it is restarted')
      .option('--dry-run', 'only say what would change')
      .action(async (named: string, assignments: string[], { dryRun }: { dryRun?: boolean }) => {
        const client = await tool.client()
        const { uuid, name, options: present, revision } = await transportNamed(client, named)
        const given = pairsFrom(assignments)
        const kept = present.filter(([option]) => !given.some(([other]) => other === option))
        const options = [...kept, ...given.filter(([, value]) => value !== '')]
        const input = { uuid, transport: { options }, ifRevision: revision, ...(dryRun ? { dryRun } : {}) }
        tool.show(await client.call(sipTransports.update, input), doneLines(`Changed ${name}`))
      }),
    ['strowger sip transports set transport-udp external_media_address=192.0.2.10'],
  )
  withExamples(
    group
      .command('delete <transport>')
      .description('removes one')
      .option('--fallback <transport>', 'what its users get')
      .option('--dry-run', 'only say what would change')
      .action(async (named: string, { fallback, dryRun }: { fallback?: string; dryRun?: boolean }) => {
        const client = await tool.client()
        const { uuid, name } = await transportNamed(client, named)
        const other = fallback === undefined ? {} : { fallback: (await transportNamed(client, fallback)).uuid }
        const input = { uuid, ...other, ...(dryRun ? { dryRun } : {}) }
        tool.show(await client.call(sipTransports.delete, input), doneLines(`Deleted ${name}`))
      }),
    ['strowger sip transports delete transport-tcp --fallback transport-udp'],
  )
}

/** `main_port=5070`: ports are numbers, an empty value is none. */
function registrarFrom(assignments: readonly string[]): RegistrarInput {
  return Object.fromEntries(
    pairsFrom(assignments).map(([name, text]) => {
      if (text === '') return [name, null]
      return [name, name.endsWith('_port') ? Number(text) : text]
    }),
  )
}

/** `sip registrars`: where phones register. Written by the root tenant. */
export function addRegistrars(sip: Command, tool: Tool): void {
  const group = sip.command('registrars').description('where phones register')
  withExamples(
    group
      .command('list', { isDefault: true })
      .description('all of them')
      .action(async () => {
        tool.show(await (await tool.client()).call(registrars.list, { limit: 1000 }), ({ items }) =>
          table(
            items,
            [
              { title: 'id', text: ({ id }) => id },
              { title: 'name', text: ({ name }) => name ?? undefined },
              { title: 'registrar', text: ({ main_host: host, main_port: port }) => (port ? `${host}:${port}` : host) },
              { title: 'proxy', text: ({ proxy_main_host: host }) => host },
              { title: 'backup', text: ({ backup_host: host }) => host ?? undefined, leaves: 1 },
            ],
            tool.around.out.columns,
          ),
        )
      }),
    ['strowger sip registrars list'],
  )
  withExamples(
    group
      .command('create <id> <fields...>')
      .description('adds one: main_host, proxy_main_host, backup_host, ports …')
      .action(async (id: string, assignments: string[]) => {
        const registrar = { ...registrarFrom(assignments), id }
        tool.show(await (await tool.client()).call(registrars.create, { registrar }), () => [id])
      }),
    ['strowger sip registrars create site2 main_host=192.0.2.20 proxy_main_host=192.0.2.20'],
  )
  withExamples(
    group
      .command('set <id> <fields...>')
      .description('changes one, and the files of all phones whose lines use it')
      .option('--dry-run', 'only say which devices it would reach')
      .action(async (id: string, assignments: string[], { dryRun }: { dryRun?: boolean }) => {
        const input = { id, registrar: registrarFrom(assignments), ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(registrars.update, input), doneLines(`Changed ${id}`))
      }),
    ['strowger sip registrars set default main_port=5070'],
  )
  withExamples(
    group
      .command('delete <id>')
      .description('removes one that no line uses')
      .action(async (id: string) => {
        tool.show(await (await tool.client()).call(registrars.delete, { id }), () => [`Deleted ${id}`])
      }),
    ['strowger sip registrars delete site2'],
  )
}
