import { type DeviceView, listDevices, type TaskDocument } from '@strowger/schema'
import type { Client } from '../client.ts'
import { macFrom } from '../commands/device-id.ts'
import { exitCodes, Failure } from '../failure.ts'
import { followTask } from '../task-progress.ts'
import type { Tool } from '../tool.ts'
import type { Value } from './things.ts'

/** What can be set for the expressions that follow. */
export interface Wishes {
  /** Long work is begun and not waited for. */
  isAsync: boolean
  showsProgress: boolean
  searchesDescription: boolean
  searchesCase: boolean
  updateIntervalS: number
}

/** What the methods of expressions work with. */
export interface Workplace {
  readonly tool: Tool
  readonly client: Client
  readonly wishes: Wishes
  /** A line of progress, as `Reconfiguring device X`. */
  say(line: string): void
  /** Waits for a task and prints what came of it; its id when it is not waited for. */
  follow(task: TaskDocument, lines: (ended: TaskDocument) => readonly string[]): Promise<TaskDocument | undefined>
}

export function createWorkplace(tool: Tool, client: Client): Workplace {
  const wishes: Wishes = {
    isAsync: false,
    showsProgress: true,
    searchesDescription: true,
    searchesCase: false,
    updateIntervalS: 1,
  }
  const say = (line: string) => {
    if (wishes.showsProgress) tool.print([line])
  }
  return {
    tool,
    client,
    wishes,
    say,
    async follow(task, lines) {
      if (wishes.isAsync) {
        tool.print([`Task ${task.id}; strowger tasks watch ${task.id} follows it`])
        return undefined
      }
      const silent = { ...tool.around, err: { write: () => {}, columns: undefined } }
      const following = wishes.showsProgress ? tool : { ...tool, around: silent }
      const ended = await followTask(following, client, task.id)
      tool.print(lines(ended))
      return ended
    },
  }
}

/** As scripts for Wazo call them: `wazo-aastra-3.3.1-SP4` is `aastra-3.3.1-SP4`. */
export function plainPluginId(id: string): string {
  return id.replace(/^(wazo|xivo)-/, '')
}

const page = 1000

type Filter = Omit<(typeof listDevices)['example']['input'], 'limit' | 'offset'>

/** All devices that fit, of this tenant and, unless it is said otherwise, those below. */
export async function allDevices(client: Client, filter: Filter = {}): Promise<DeviceView[]> {
  const found: DeviceView[] = []
  for (;;) {
    const { items, total } = await client.call(listDevices, {
      recurse: true,
      ...filter,
      limit: page,
      offset: found.length,
    })
    found.push(...items)
    if (items.length === 0 || found.length >= total) return found
  }
}

export function neededMac(text: string): string {
  const mac = macFrom(text)
  if (mac === undefined) throw new Failure(`"${text}" is no MAC address: 12 hexadecimal digits`, exitCodes.usage)
  return mac
}

/** Those of the rows that have these values, sorted and cut as asked for, with these fields only. */
export function selected(
  rows: readonly { readonly [name: string]: unknown }[],
  asked: {
    selector: { readonly [name: string]: Value }
    fields: readonly string[]
    sort: string | undefined
    skip: number
    limit: number | undefined
  },
): Value {
  const { selector, fields, sort, skip, limit } = asked
  const fitting = rows.filter((row) =>
    Object.entries(selector).every(([name, value]) => JSON.stringify(at(row, name) ?? null) === JSON.stringify(value)),
  )
  if (sort !== undefined) {
    const name = sort.replace(/^-/, '')
    const sign = sort.startsWith('-') ? -1 : 1
    const textOf = (row: object) => String(at(row, name) ?? '')
    fitting.sort((one, other) => sign * textOf(one).localeCompare(textOf(other), 'en', { numeric: true }))
  }
  return fitting.slice(skip, limit === undefined ? undefined : skip + limit).map((row) => {
    if (fields.length === 0) return row as Value
    return Object.fromEntries(fields.flatMap((name) => (name in row ? [[name, row[name] as Value]] : []))) as Value
  }) as Value
}

/** The value at a dotted name. */
function at(row: object, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (outer, part) =>
        typeof outer === 'object' && outer !== null && Object.hasOwn(outer, part)
          ? (outer as Record<string, unknown>)[part]
          : undefined,
      row,
    )
}
