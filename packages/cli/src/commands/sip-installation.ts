import { type RegistrarInput, registrars, type SipOption, type SipTransport, sipTransports } from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom } from '../assignments.ts'
import type { Client } from '../client.ts'
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
      .action(async (named: string, assignments: string[]) => {
        const client = await tool.client()
        const { uuid, name, options: present, revision } = await transportNamed(client, named)
        const given = pairsFrom(assignments)
        const kept = present.filter(([option]) => !given.some(([other]) => other === option))
        const options = [...kept, ...given.filter(([, value]) => value !== '')]
        const done = await client.call(sipTransports.update, { uuid, transport: { options }, ifRevision: revision })
        tool.show(done, () => [`Changed ${name}`])
      }),
    ['strowger sip transports set transport-udp external_media_address=192.0.2.10'],
  )
  withExamples(
    group
      .command('delete <transport>')
      .description('removes one')
      .option('--fallback <transport>', 'what its users get')
      .action(async (named: string, { fallback }: { fallback?: string }) => {
        const client = await tool.client()
        const { uuid, name } = await transportNamed(client, named)
        const other = fallback === undefined ? {} : { fallback: (await transportNamed(client, fallback)).uuid }
        tool.show(await client.call(sipTransports.delete, { uuid, ...other }), () => [`Deleted ${name}`])
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
      .action(async (id: string, assignments: string[]) => {
        const registrar = registrarFrom(assignments)
        tool.show(await (await tool.client()).call(registrars.update, { id, registrar }), () => [`Changed ${id}`])
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
