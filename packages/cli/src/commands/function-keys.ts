import { functionKeys, type LineKey, type ServiceFeature, serviceFeatures } from '@strowger/schema'
import { Argument, type Command, Option } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { table } from '../table.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'

interface KeyOptions {
  readonly ofLine?: string
  readonly ofUser?: string
  readonly feature?: ServiceFeature
  readonly label?: string
  readonly line?: number
}

function keyFrom(type: LineKey['type'], value: string | undefined, options: KeyOptions): LineKey {
  const { ofLine, ofUser, feature, label, line } = options
  return {
    type,
    ...(value === undefined ? {} : { value }),
    ...(ofLine === undefined ? {} : { line_id: wholeNumber(ofLine) }),
    ...(ofUser === undefined ? {} : { user_uuid: ofUser }),
    ...(feature === undefined ? {} : { feature }),
    ...(label === undefined ? {} : { label }),
    ...(line === undefined ? {} : { line }),
  }
}

/** What a key dials or watches. */
function meantBy({ value, line_id: line, user_uuid: user, feature }: LineKey): string | undefined {
  if (line != null) return `line ${line}`
  if (user != null) return `user ${user}`
  return [feature, value].filter((part) => part != null).join(' ') || undefined
}

/** Writes the keys of a line as `change` makes them of the present ones, unless somebody else was quicker. */
async function changeKeys(client: Client, id: number, change: (keys: Map<string, LineKey>) => void) {
  const { revision, keys } = await client.call(functionKeys.get, { id })
  const changed = new Map(Object.entries(keys))
  change(changed)
  const funckeys = { keys: Object.fromEntries(changed) }
  return client.call(functionKeys.update, { id, funckeys, ifRevision: revision })
}

/** `lines keys`, `lines set-key`, `lines delete-key`. */
export function addFunctionKeys(group: Command, tool: Tool): void {
  withExamples(
    group
      .command('keys <line>')
      .description('the function keys that a line brings to its phone')
      .action(async (id: string) => {
        tool.show(await (await tool.client()).call(functionKeys.get, { id: wholeNumber(id) }), ({ keys }) =>
          table(
            Object.entries(keys),
            [
              { title: 'key', text: ([number]) => number },
              { title: 'type', text: ([, { type }]) => type },
              { title: 'of', text: ([, key]) => meantBy(key) },
              { title: 'label', text: ([, { label }]) => label ?? undefined, shrinksTo: 8 },
              { title: 'on line', text: ([, { line }]) => line?.toString(), leaves: 1 },
            ],
            tool.around.out.columns,
          ),
        )
      }),
    ['strowger lines keys 1'],
  )
  withExamples(
    group
      .command('set-key <line> <key>')
      .addArgument(new Argument('<type>', 'what it does').choices(['speeddial', 'blf', 'park', 'line']))
      .argument('[value]', 'the number it dials or watches')
      .description('gives a line a function key, by the number of the key')
      .option('--of-line <line>', 'dials or watches the extension of this line')
      .option('--of-user <user>', 'the extension of this user')
      .addOption(new Option('--feature <feature>', 'the code of this service').choices(serviceFeatures))
      .option('--label <text>', 'beside the key')
      .option('--line <position>', 'SIP line of the phone that it uses', wholeNumber)
      .action(
        async (id: string, number: string, type: LineKey['type'], value: string | undefined, options: KeyOptions) => {
          const key = keyFrom(type, value, options)
          await changeKeys(await tool.client(), wholeNumber(id), (keys) => keys.set(number, key))
          tool.show({ [number]: key }, () => [`Line ${id} has key ${number}`])
        },
      ),
    [
      'strowger lines set-key 1 1 blf --of-line 2 --label Bob',
      'strowger lines set-key 1 2 speeddial 0033123456789 --label Taxi',
      'strowger lines set-key 1 3 blf --feature dnd',
    ],
  )
  withExamples(
    group
      .command('delete-key <line> <key>')
      .description('takes a function key from a line')
      .action(async (id: string, number: string) => {
        await changeKeys(await tool.client(), wholeNumber(id), (keys) => {
          if (!keys.delete(number)) throw new Failure(`Line ${id} has no key ${number}`, exitCodes.usage)
        })
        tool.show({ id, key: number }, () => [`Line ${id} has no key ${number} any more`])
      }),
    ['strowger lines delete-key 1 2'],
  )
}
