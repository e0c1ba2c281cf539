/** Something that happened, for who listens. */
export interface News {
  /** Grows with each of one source. */
  readonly sequence: number
  readonly tenant: string
  /** As `task` or `device.updated`. */
  readonly type: string
  /** JSON on one line. */
  readonly data: string
}

/** What happens in one place, told as it happens, and what happened lately. */
export interface NewsSource {
  /** The last one there is. */
  position(): number
  /**
   * What came after `sequence`, oldest first. `lost` when more came than is held: who listens has to read everything
   * anew.
   */
  since(sequence: number): { readonly news: readonly News[]; readonly lost: boolean }
  /** Calls for each one from now on; answers how to stop it. */
  subscribe(listener: (news: News) => void): () => void
  close(): Promise<void>
}

/** The last so many, in order. */
export function createRecentNews(limits: { readonly count: number; readonly bytes: number }) {
  let held: News[] = []
  let bytes = 0
  /** Everything after this number is held. */
  let from = 0
  const listeners = new Set<(news: News) => void>()

  function forget(): void {
    // In portions: to shift a long array with each new entry is slow.
    const half = Math.ceil(held.length / 2)
    for (const { sequence, data } of held.slice(0, half)) {
      bytes -= data.length
      from = sequence
    }
    held = held.slice(half)
  }

  return {
    /** What was before is not held: it begins behind this number. */
    startAfter(sequence: number): void {
      from = sequence
    },
    add(news: News): void {
      held.push(news)
      bytes += news.data.length
      if (held.length > limits.count || bytes > limits.bytes) forget()
      for (const listener of listeners) listener(news)
    },
    position: () => held.at(-1)?.sequence ?? from,
    since: (sequence: number) => ({
      news: held.filter((news) => news.sequence > sequence),
      // A number from before the data was lost, or never given, tells nothing.
      lost: sequence < from || sequence > (held.at(-1)?.sequence ?? from),
    }),
    subscribe(listener: (news: News) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
