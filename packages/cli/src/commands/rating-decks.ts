import { exportDeckRows, importDeckRows, listDeckPresets } from '@strowger/schema'
import type { Command } from 'commander'
import { table } from '../table.ts'
import { type Tool, withExamples } from '../tool.ts'
import { readJson, uploadFile } from './rating-files.ts'

export function addRatingDecks(rating: Command, tool: Tool): void {
  const decks = rating.command('decks').description('rows of decks: in from files and out again')

  withExamples(
    decks
      .command('import <deck> <file>')
      .description('replaces the rows of a deck: all of them or none')
      .option('--preset <preset>', 'layout that is known by name (strowger rating decks presets)')
      .option('--mapping <file>', 'JSON: which column says what')
      .option('--dry-run', 'check it, compare it with what is live, and change nothing')
      .option('--accept-loss', 'although prefixes would be sold below cost')
      .action(async (id: string, file: string, { preset, mapping, dryRun, acceptLoss }) => {
        const client = await tool.client()
        const upload = await uploadFile(tool, client, file)
        const outcome = await client.call(importDeckRows, {
          id,
          import: {
            ...upload,
            ...(preset ? { preset } : {}),
            ...(mapping ? { mapping: readJson(mapping) as never } : {}),
            ...(acceptLoss ? { acceptLoss: true } : {}),
          },
          ...(dryRun ? { dryRun: true } : {}),
        })
        tool.show(outcome, ({ applied, rows, faultCount, difference, losses, lossExamples, tookMs, ...told }) => [
          ...[...told.faults, ...told.warnings].map(
            (fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.reason}`,
          ),
          ...(difference === null
            ? []
            : [
                Object.entries(difference.counts)
                  .filter(([, count]) => count > 0)
                  .map(([change, count]) => `${count} ${change}`)
                  .join(', '),
              ]),
          ...lossExamples
            .slice(0, 10)
            .map(({ prefix, vendor, income, cost }) => `${prefix}: sold for ${income}, ${vendor} asks ${cost}`),
          ...(told.warningCount > 0 ? [`${told.warningCount} times in which a prefix has no row`] : []),
          ...(losses > 0 ? [`${losses} prefixes are sold below cost`] : []),
          applied
            ? `${rows} rows are live (${tookMs} ms)`
            : faultCount > 0
              ? `${faultCount} faults; nothing would be imported`
              : `${rows} rows would be live (${tookMs} ms)`,
        ])
      }),
    ['strowger rating decks import business deck.csv --preset prefix-price --dry-run'],
  )
  withExamples(
    decks
      .command('export <deck>')
      .description('the rows that are live, as CSV')
      .option('--preset <preset>', 'layout; default: our own, which holds everything')
      .action(async (id: string, { preset }) => {
        const client = await tool.client()
        let page: number | null = 0
        while (page !== null) {
          const piece: { text: string; next: number | null } = await client.call(exportDeckRows, {
            id,
            page,
            ...(preset ? { preset } : {}),
          })
          tool.around.out.write(piece.text)
          page = piece.next
        }
      }),
    ['strowger rating decks export business > business.csv'],
  )
  withExamples(
    decks
      .command('presets')
      .description('layouts of rate files that are known by name')
      .action(async () => {
        const page = await (await tool.client()).call(listDeckPresets, {})
        const columns = [
          { title: 'id', text: ({ id }: { id: string }) => id },
          { title: 'what', text: ({ title }: { title: string }) => title },
        ] as const
        tool.show(page, ({ items }) =>
          table(items as { id: string; title: string }[], columns as never, tool.around.out.columns),
        )
      }),
    ['strowger rating decks presets'],
  )
}
