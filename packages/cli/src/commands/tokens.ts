import { createToken, deleteToken, listTokens, type TokenView } from '@strowger/schema'
import { type Command, Option } from 'commander'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

const moment = (instant: string | undefined) => (instant === undefined ? undefined : shortInstant(instant))

const columns: readonly Column<TokenView>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'name', text: ({ name }) => name, shrinksTo: 10 },
  { title: 'permission', text: ({ permission, scopes }) => [permission, ...(scopes ?? [])].join(' '), shrinksTo: 10 },
  { title: 'created', text: ({ createdAt }) => moment(createdAt), leaves: 0 },
  { title: 'expires', text: ({ expiresAt }) => moment(expiresAt), leaves: 1 },
  { title: 'last used', text: ({ lastUsedAt }) => moment(lastUsedAt), leaves: 2 },
]

const units: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, y: 31_536_000 }

/** `30d` as seconds. */
export function durationS(text: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([mhdy])$/.exec(text) ?? []
  if (number === undefined) throw new Failure(`"${text}" is no duration: write 10m, 12h, 30d or 1y`, exitCodes.usage)
  return Number(number) * (units[unit] ?? 1)
}

export function addTokens(program: Command, tool: Tool): void {
  const tokens = program.command('tokens').description('what scripts and people act with')

  withExamples(
    tokens
      .command('list')
      .description('the tokens; never their texts')
      .option('--recurse', 'of the tenants below, too')
      .action(async (options) => {
        const page = await (await tool.client()).call(listTokens, { ...options, limit: 1000 })
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger tokens list'],
  )

  withExamples(
    tokens
      .command('create <name>')
      .description('makes a token; its text is printed once and kept nowhere')
      .addOption(new Option('--permission <permission>').choices(['read', 'write', 'admin']).default('read'))
      .option('--scope <scope...>', 'only this, as devices:read or lines:*; may be given several times')
      .option('--expires <duration>', '10m, 12h, 30d, 1y', durationS)
      .action(async (name: string, { permission, scope, expires }) => {
        const token = {
          name,
          permission,
          ...(scope === undefined ? {} : { scopes: scope as string[] }),
          ...(expires === undefined ? {} : { expiresInS: expires }),
        }
        const made = await (await tool.client()).call(createToken, { token })
        if (!tool.options.json) tool.note(`${made.id}: this is the only time that its text is shown`)
        tool.show(made, ({ text }) => [text])
      }),
    [
      'strowger tokens create monitoring',
      'strowger tokens create deployment --permission write --expires 30d',
      'strowger tokens create phones --permission write --scope devices:* configs:read',
    ],
  )

  withExamples(
    tokens
      .command('delete <token>')
      .description('ends a token at once')
      .action(async (id: string) => {
        await (await tool.client()).call(deleteToken, { id })
        tool.show({ id }, () => [`Deleted ${id}`])
      }),
    ['strowger tokens delete 1c0b5f5d7a3e4f2b9d8c7b6a5f4e3d2c'],
  )
}
