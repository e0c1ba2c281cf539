import { Readable } from 'node:stream'

interface Entry {
  readonly id: number
}

const pageSize = 1_000

/** Whether who asks wants the whole list, an item a line (NDJSON), instead of a page. */
export function wantsLines(accept: string | undefined): boolean {
  return /(?:^|[\s,])application\/(?:x-)?(?:ndjson|jsonlines)\b/.test(accept ?? '')
}

/**
 * The whole list from the first entry on, read in pages while it is sent: only one of them is in memory.
 * @param ask a page of entries with an id above `after`, lowest first
 */
export function linesFrom(ask: (page: { after: number; limit: number }) => Promise<readonly Entry[]>): Readable {
  async function* lines(): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const items = await ask({ after, limit: pageSize })
      const last = items.at(-1)
      if (last === undefined) return
      yield `${items.map((item) => JSON.stringify(item)).join('\n')}\n`
      if (items.length < pageSize) return
      after = last.id
    }
  }
  return Readable.from(lines())
}
