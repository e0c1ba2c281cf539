import { expireDevices, FloodLimitsInput, getFlood, listExpiring, updateFlood } from '@strowger/schema'
import type { Command } from 'commander'
import { type Assignment, assignmentFrom, jsonFrom } from '../assignments.ts'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { rest } from './devices.ts'

type Limits = typeof updateFlood.example.input.limits
type Expiring = (typeof listExpiring.example.output.items)[number]

const columns: readonly Column<Expiring>[] = [
  { title: 'id', text: ({ id }) => id },
  { title: 'mac', text: ({ mac }) => mac ?? '–' },
  { title: 'ip', text: ({ ip }) => ip ?? '–' },
  { title: 'model', text: ({ vendor, model }) => [vendor, model].filter(Boolean).join(' ') },
  { title: 'last heard of', text: ({ seenAt }) => shortInstant(seenAt) },
]

export function addFlood(program: Command, tool: Tool): void {
  const flood = program.command('flood').description('how much may come from outside before it is held back')

  withExamples(
    flood
      .command('get')
      .description('the limits, and how it stands')
      .action(async () => tool.show(await (await tool.client()).call(getFlood, {}), details)),
    ['strowger flood get'],
  )

  withExamples(
    flood
      .command('set <name=value...>')
      .description(`changes limits: ${names.join(', ')}`)
      .action(async (given: string[]) => {
        const limits = Object.fromEntries(given.map(assignmentFrom).map((one) => [one.name, limitFrom(one)])) as Limits
        tool.show(await (await tool.client()).call(updateFlood, { limits }), details)
      }),
    [
      'strowger flood set newPhonesPerSource=5000 newPhonesPerSourcePerHour=20000',
      'strowger flood set banMode=observe',
      'strowger flood set banIgnore=192.0.2.0/24,2001:db8::/32',
    ],
  )

  withExamples(
    flood
      .command('expiring')
      .description('devices that nobody has claimed or configured and whose phones no longer ask')
      .option('--unseen <days>', 'instead of expireAfterDays', wholeNumber)
      .option('--limit <number>', 'how many', wholeNumber, 100)
      .action(async ({ unseen, limit }) => {
        const input = { limit, ...(unseen === undefined ? {} : { unseenDays: unseen }) }
        const page = await (await tool.client()).call(listExpiring, input)
        const { columns: width } = tool.around.out
        tool.show(page, ({ items, total }) => table(items, columns, width).concat(rest(items, total)))
      }),
    ['strowger flood expiring', 'strowger flood expiring --unseen 7'],
  )

  withExamples(
    flood
      .command('expire')
      .description('forgets them now; strowger changes undo takes it back')
      .option('--unseen <days>', 'instead of expireAfterDays', wholeNumber)
      .option('--dry-run', 'only says how many')
      .action(async ({ unseen, dryRun }) => {
        const input = { ...(unseen === undefined ? {} : { unseenDays: unseen }), ...(dryRun ? { dryRun: true } : {}) }
        const done = await (await tool.client()).call(expireDevices, input)
        tool.show(done, ({ applied, devices }) => [
          applied ? `${devices} devices are forgotten` : `${devices} devices would be forgotten`,
        ])
      }),
    ['strowger flood expire --dry-run', 'strowger flood expire --unseen 7'],
  )
}

const fields = FloodLimitsInput.properties as unknown as Readonly<Record<string, { type?: string }>>
const names = Object.keys(fields)

/** In the type that the limit has: `banIgnore=a,b` is a list, nothing an empty one. */
function limitFrom({ name, text, isJson }: Assignment): unknown {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field === undefined) throw new Failure(`There is no limit ${name}; there is ${names.join(', ')}`, exitCodes.usage)
  if (isJson) return jsonFrom(name, text)
  if (field.type === 'array') return text === '' ? [] : text.split(',').map((part) => part.trim())
  if (field.type !== 'integer') return text
  if (!/^\d{1,9}$/.test(text)) throw new Failure(`${name}: "${text}" is no whole number`, exitCodes.usage)
  return Number(text)
}
