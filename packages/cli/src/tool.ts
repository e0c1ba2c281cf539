import { listTenants } from '@strowger/schema'
import type { Command } from 'commander'
import { type Client, createClient } from './client.ts'
import { exitCodes, Failure } from './failure.ts'
import { findSession } from './session.ts'
import type { Surroundings } from './surroundings.ts'

/** Options that every command takes. */
interface GlobalOptions {
  json?: boolean
  tenant?: string
  url?: string
  note?: string
}

/** What a command is given to work with. */
export interface Tool {
  readonly around: Surroundings
  readonly options: GlobalOptions
  /** The gateway, as the log-in and the options say. */
  client(): Promise<Client>
  /** Prints the lines for people, or the value itself with --json. */
  show<Value>(value: Value, lines: (value: Value) => readonly string[]): void
  print(lines: readonly string[]): void
  /** To standard error: what is no result. */
  note(line: string): void
}

export function createTool(program: Command, around: Surroundings): Tool {
  const { out, err } = around
  const print = (lines: readonly string[]) => {
    for (const line of lines) out.write(`${line}\n`)
  }
  return {
    around,
    get options() {
      return program.opts<GlobalOptions>()
    },
    async client() {
      const { tenant, url, note } = program.opts<GlobalOptions>()
      const parts = { session: findSession(around, { url }), fetch: around.fetch, note }
      if (tenant === undefined) return createClient(parts)
      return createClient({ ...parts, tenant: await tenantId(createClient(parts), tenant) })
    },
    show(value, lines) {
      if (program.opts<GlobalOptions>().json) print([JSON.stringify(value, undefined, 2)])
      else print(lines(value))
    },
    print,
    note: (line) => err.write(`${line}\n`),
  }
}

/** A tenant by its id, or by its name when only one has it. */
export async function tenantId(client: Client, named: string): Promise<string> {
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(named)) return named.toLowerCase()
  const { items } = await client.call(listTenants, { search: named.slice(0, 100), limit: 1000 })
  const found = items.filter(({ name }) => name.toLowerCase() === named.toLowerCase())
  const [only, another] = found
  if (only === undefined) throw new Failure(`There is no tenant "${named}"; strowger tenants list shows them`)
  if (another !== undefined) {
    throw new Failure(`Several tenants are called "${named}": ${found.map(({ id }) => id).join(', ')}`, exitCodes.usage)
  }
  return only.id
}

/** Examples at the end of a command’s help. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`)
}

/** An option that is a whole number. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Failure(`"${text}" is no whole number`, exitCodes.usage)
  return Number(text)
}
