import { type ChangeSet, changeAreas, type RowChange } from '@strowger/schema'
import type { Command } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure, Refusal } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'

const areaNames = Object.keys(changeAreas)

/** A change set with its area before its number: `devices/17`. */
type Listed = Omit<ChangeSet, 'id'> & { readonly id: string }

const columns: readonly Column<Listed>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'at', text: ({ at }) => shortInstant(at) },
  { title: 'by', text: ({ actor }) => actor, shrinksTo: 8 },
  { title: 'rows', text: ({ rows }) => String(rows), leaves: 0 },
  { title: 'what', text: described, shrinksTo: 20 },
]

function described({ note, undoes, undoneBy }: Listed): string {
  return [note, undoes && `(takes ${undoes} back)`, undoneBy && `(taken back by ${undoneBy})`].filter(Boolean).join(' ')
}

function placeOf(named: string): { area: string; id: number; requests: (typeof changeAreas)[string] } {
  const [area = '', number = ''] = named.split('/')
  const requests = Object.hasOwn(changeAreas, area) ? changeAreas[area] : undefined
  if (requests === undefined || !/^\d+$/.test(number)) {
    throw new Failure(`"${named}" is no change: write it as devices/17 (${areaNames.join(', ')})`, exitCodes.usage)
  }
  return { area, id: Number(number), requests }
}

export function addChanges(program: Command, tool: Tool): void {
  const changes = program.command('changes').description('what people changed, and how to take it back')

  withExamples(
    changes
      .command('list')
      .description('the latest changes, newest first')
      .option('--area <area>', areaNames.join(', '))
      .option('--recurse', 'of the tenants below, too')
      .option('--by <actor>', 'of this user or token only')
      .option('--search <text>', 'part of who, why or which request')
      .option('--since <instant>', 'as 2026-11-21, or 2026-11-21T09:30:00Z')
      .option('--limit <number>', 'at most so many', wholeNumber, 20)
      .action(async ({ area, recurse, by, search, since, limit }) => {
        const wanted = area === undefined ? areaNames : [placeOf(`${area}/1`).area]
        const client = await tool.client()
        const input = {
          limit,
          ...(recurse ? { recurse } : {}),
          ...(by === undefined ? {} : { actor: String(by) }),
          ...(search === undefined ? {} : { search: String(search) }),
          ...(since === undefined ? {} : { since: String(since) }),
        }
        const lists = await Promise.all(wanted.map((name) => listed(client, name, input, area === undefined)))
        const newest = lists.flat().sort((one, other) => other.at.localeCompare(one.at))
        tool.show(newest.slice(0, limit), (items) => table(items, columns, tool.around.out.columns))
      }),
    ['strowger changes list', 'strowger changes list --area devices --limit 100'],
  )

  withExamples(
    changes
      .command('get <change>')
      .description('one change with what it changed in each row')
      .action(async (named: string) => {
        const { id, requests } = placeOf(named)
        tool.show(await (await tool.client()).call(requests.get, { id }), (set) => [
          ...table([{ ...set, id: named }], columns, tool.around.out.columns),
          '',
          ...set.changes.flatMap(differences),
        ])
      }),
    ['strowger changes get devices/17'],
  )

  withExamples(
    changes
      .command('undo <change>')
      .description('takes a change back, as a new change; undoing that one brings it again')
      .option('--dry-run', 'say what would change, and change nothing')
      .action(async (named: string, { dryRun }) => {
        const { area, id, requests } = placeOf(named)
        const client = await tool.client()
        const undone = await client.call(requests.undo, { id, ...(dryRun ? { dryRun } : {}) })
        tool.show(undone, (set) => [
          set.applied ? `Taken back by ${area}/${set.id}:` : 'Nothing was changed. It would change:',
          ...set.changes.flatMap(differences),
        ])
      }),
    ['strowger changes undo devices/17 --dry-run', 'strowger changes undo devices/17'],
  )
}

/** Of one area; none where the token may not look, when all are asked for. */
async function listed(
  client: Client,
  area: string,
  input: { limit: number; recurse?: boolean; actor?: string; search?: string; since?: string },
  isLenient: boolean,
): Promise<Listed[]> {
  try {
    const { items } = await client.call(placeOf(`${area}/1`).requests.list, input)
    return items.map((set) => ({ ...set, id: `${area}/${set.id}` }))
  } catch (error) {
    if (isLenient && error instanceof Refusal && error.code === 'forbidden') return []
    throw error
  }
}

const hidden = new Set(['revision', 'updated_at'])

/** A row and its columns as they were and are: `- ` before, `+ ` after. */
export function differences({ table: name, key, operation, before, after }: RowChange): string[] {
  const columnsOf = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].filter(
    (column) => !hidden.has(column) && JSON.stringify(before?.[column]) !== JSON.stringify(after?.[column]),
  )
  const side = (mark: string, row: RowChange['before'], column: string) =>
    row?.[column] == null ? [] : [`  ${mark} ${column}: ${JSON.stringify(row[column])}`]
  return [
    `${operation} ${name} ${Object.values(key).join(' ')}`,
    ...columnsOf.flatMap((column) => [...side('-', before, column), ...side('+', after, column)]),
  ]
}
