import { readFileSync } from 'node:fs'
import {
  copyTemplates,
  deleteTemplate,
  getTemplate,
  listTemplates,
  listTemplateVersions,
  type Preview,
  previewTemplates,
  putTemplate,
  type Template,
  type TemplateView,
} from '@strowger/schema'
import type { Command } from 'commander'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Column, table } from '../table.ts'
import { shortInstant } from '../times.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'
import { rest } from './devices.ts'

const columns: readonly Column<TemplateView>[] = [
  { title: 'name', text: ({ name }) => name },
  { title: 'in force', text: ({ tenant }) => (tenant === undefined ? 'shipped' : 'custom') },
  { title: 'shipped by', text: ({ shippedBy }) => shippedBy, leaves: 1 },
  { title: 'changed', text: ({ at }) => (at === undefined ? undefined : shortInstant(at)) },
  { title: 'characters', text: ({ characters }) => String(characters), leaves: 0 },
  { title: 'rev', text: ({ revision }) => revision?.toString() },
]
/** Devices that one question of a preview renders. */
const previewPage = 200

export function addTemplates(program: Command, tool: Tool): void {
  const templates = program
    .command('templates')
    .description('what phones’ files are made of: shipped templates, and your own before them')

  withExamples(
    templates
      .command('list <plugin>')
      .description('the templates of a plugin, and which are your own')
      .option('--custom', 'your own only')
      .action(async (plugin: string, { custom }) => {
        const input = { plugin, limit: 1000, ...(custom ? { custom } : {}) }
        const page = await (await tool.client()).call(listTemplates, input)
        tool.show(page, ({ items, total }) => table(items, columns, tool.around.out.columns).concat(rest(items, total)))
      }),
    ['strowger templates list yealink-v86'],
  )

  withExamples(
    templates
      .command('get <plugin> <name>')
      .description('the text of a template as it is in force')
      .option('--shipped', 'the one that the plugin brings')
      .action(async (plugin: string, name: string, { shipped }) => {
        const found = await (await tool.client()).call(getTemplate, { plugin, name })
        tool.show(found, (template) => [textOf(template, shipped ?? false).replace(/\n$/, '')])
      }),
    ['strowger templates get yealink-v86 base.tpl > base.tpl', 'strowger templates get yealink-v86 base.tpl --shipped'],
  )

  withExamples(
    templates
      .command('put <plugin> <name> <file>')
      .description('writes a template of your own from a file; - is standard input')
      .option('--dry-run', 'say what would change in phones’ files, and change nothing')
      .action(async (plugin: string, name: string, file: string, { dryRun }) => {
        const input = { plugin, name, template: { text: contentOf(file) }, ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(putTemplate, input), changedLines)
      }),
    [
      'strowger templates put yealink-v86 base.tpl my-base.tpl --dry-run',
      'strowger templates put yealink-v86 T46S.tpl my.tpl',
      'strowger templates put yealink-v86 001565123456.cfg.tpl my.tpl',
    ],
  )

  withExamples(
    templates
      .command('delete <plugin> <name>')
      .description('removes a template of your own; the shipped one is in force again')
      .option('--dry-run', 'say what would change in phones’ files, and change nothing')
      .action(async (plugin: string, name: string, { dryRun }) => {
        const input = { plugin, name, ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(deleteTemplate, input), changedLines)
      }),
    ['strowger templates delete yealink-v86 base.tpl'],
  )

  withExamples(
    templates
      .command('history <plugin> <name>')
      .description('who changed what in a template of your own, newest first; changes undo takes one back')
      .option('--limit <number>', 'at most so many', wholeNumber, 10)
      .action(async (plugin: string, name: string, { limit }) => {
        const page = await (await tool.client()).call(listTemplateVersions, { plugin, name, limit })
        tool.show(page, ({ items }) =>
          items.flatMap(({ change, at, actor, note, diff }) => [
            `configs/${change}  ${shortInstant(at)}  ${actor}  ${note ?? ''}`.trimEnd(),
            ...indented(diff),
            '',
          ]),
        )
      }),
    ['strowger templates history yealink-v86 base.tpl', 'strowger changes undo configs/17'],
  )

  withExamples(
    templates
      .command('preview <plugin> <name=file...>')
      .description('what phones’ files would become with these templates; an empty file name: without the own one')
      .option('--device <device>', 'of this one only: id or mac')
      .action(async (plugin: string, pairs: string[], { device }) => {
        const client = await tool.client()
        const templates = Object.fromEntries(pairs.map(templateFrom))
        const preview = { templates, ...(device ? { device: await deviceId(client, device) } : {}) }
        const found = await wholePreview(client, plugin, preview)
        tool.show(found, previewLines)
        if (found.failed > 0 || found.commonErrors.length > 0) throw new Failure('Some files could not be rendered')
      }),
    [
      'strowger templates preview yealink-v86 base.tpl=my-base.tpl',
      'strowger templates preview yealink-v86 base.tpl=my-base.tpl --device 00:15:65:12:34:56',
    ],
  )

  withExamples(
    templates
      .command('copy <from> <to>')
      .description('copies your own templates of one plugin to another, when they compile there')
      .option('--name <name...>', 'these only')
      .option('--overwrite', 'also where the other plugin has one of yours with another text')
      .option('--dry-run', 'say what would be copied and whether it fits, and change nothing')
      .action(async (from: string, plugin: string, { name: names, overwrite, dryRun }) => {
        const copy = { from, ...(names ? { names } : {}), ...(overwrite ? { overwrite } : {}) }
        const input = { plugin, copy, ...(dryRun ? { dryRun } : {}) }
        tool.show(await (await tool.client()).call(copyTemplates, input), ({ applied, items, preview }) => [
          ...items.flatMap((item) => [
            `${item.name}  ${item.outcome}${item.problem ? `: ${item.problem}` : ''}`,
            ...(item.outcome === 'same' ? [] : indented(item.diff)),
          ]),
          items.length === 0 ? 'There is no template of your own to copy' : applied ? 'Copied' : 'Nothing was changed',
          ...(preview
            ? ['', 'With it, the devices of both plugins:', ...summaryLines(preview), ...errorLines(preview)]
            : []),
        ])
      }),
    ['strowger templates copy aastra-3.3.1-SP2 aastra-3.3.1-SP4 --dry-run'],
  )
}

function textOf({ name, custom, shipped }: Template, isShipped: boolean): string {
  if (isShipped && shipped === undefined) throw new Failure(`The plugin brings no template ${name}`)
  return isShipped ? (shipped ?? '') : (custom ?? shipped ?? '')
}

/** The text of a file; `-` is standard input. */
function contentOf(file: string): string {
  return bytesOf(file).toString('utf8')
}

export function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, exitCodes.usage)
  }
}

function templateFrom(pair: string): [string, string | null] {
  const [, name, file] = /^([^=]+)=(.*)$/.exec(pair) ?? []
  if (name === undefined || file === undefined)
    throw new Failure(`"${pair}" is no template: write base.tpl=file`, exitCodes.usage)
  return [name, file === '' ? null : contentOf(file)]
}

/** Page after page, as one. */
async function wholePreview(
  client: Client,
  plugin: string,
  preview: { templates: Record<string, string | null>; device?: string },
): Promise<Preview> {
  const whole = await client.call(previewTemplates, { plugin, preview, limit: previewPage })
  while (whole.examined < whole.devices) {
    const page = await client.call(previewTemplates, { plugin, preview, limit: previewPage, offset: whole.examined })
    if (page.examined === 0) break
    whole.examined += page.examined
    whole.changed += page.changed
    whole.failed += page.failed
    whole.items.push(...page.items)
    whole.cut ||= page.cut
  }
  return whole
}

function changedLines(changed: {
  applied: boolean
  template?: Template | undefined
  deviceCount: number
  preview?: Preview | undefined
}): string[] {
  const { applied, template, deviceCount, preview } = changed
  if (!applied) return ['Nothing was changed.', ...(preview ? previewLines(preview) : [])]
  const what = template?.tenant === undefined ? 'Deleted' : `${template.name} is at revision ${template.revision}`
  return [`${what}; the files of ${devices(deviceCount)} follow where they differ`]
}

const devices = (count: number) => (count === 1 ? '1 device' : `${count} devices`)

function previewLines(preview: Preview): string[] {
  return [
    ...preview.common.flatMap(({ diff }) => indented(diff)),
    ...preview.items.flatMap((item) => [
      [item.mac ?? item.device, item.model].filter(Boolean).join('  '),
      ...item.files.flatMap(({ diff }) => indented(diff)),
      ...(item.error === undefined ? [] : [`  ${item.error}${item.failsAlready ? ' (as it is now, too)' : ''}`]),
    ]),
    ...preview.commonErrors,
    ...summaryLines(preview),
  ]
}

function summaryLines({ devices: all, examined, changed, failed, cut }: Preview): string[] {
  const of = examined === all ? devices(all) : `${examined} of ${devices(all)}`
  return [
    `${changed} would change, ${failed} could not be rendered; ${of} looked at`,
    ...(cut ? ['Diffs were left out: there are too many'] : []),
  ]
}

function errorLines({ items, commonErrors }: Preview): string[] {
  return [...commonErrors, ...items.flatMap(({ error }) => (error === undefined ? [] : [`  ${error}`]))].slice(0, 20)
}

function indented(diff: string): string[] {
  return diff === ''
    ? []
    : diff
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `  ${line}`)
}
