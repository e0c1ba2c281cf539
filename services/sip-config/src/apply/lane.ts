/** Work that waits its turn, each piece once. */
export interface Lane<Piece> {
  /** Pieces of a lower rank go first, those of one in the order in which they came. */
  add(pieces: Iterable<readonly [rank: number, piece: Piece]>): void
  /** Pieces of this rank and higher ones wait until they are released: more of lower ones are to come. */
  hold(rank: number | 'none'): void
  /** Of those that wait or are under way. */
  readonly size: number
  /** Nothing is begun any more until `resume`. What waits is forgotten. */
  stop(): void
  resume(): void
}

/**
 * Begins pieces in their order, `depth` at once; further ones when no more than `refillAt` are under way, so that these
 * go in one go. `work` never rejects.
 */
export function createLane<Piece extends string | object>(
  { depth, refillAt = depth - 1 }: { depth: number; refillAt?: number },
  work: (piece: Piece) => Promise<void>,
  onIdle: () => void,
): Lane<Piece> {
  const waiting = new Set<Piece>()
  /** By rank; what was begun is before `head`. A shift or a set would cost what is long gone once more each time. */
  let queues: ({ pieces: Piece[]; head: number } | undefined)[] = []
  let held = Number.POSITIVE_INFINITY
  let underWay = 0
  let isStopped = false

  function take(): Piece | undefined {
    for (const [rank, queue] of queues.entries()) {
      if (rank >= held) return undefined
      if (queue === undefined || queue.head === queue.pieces.length) continue
      const piece = queue.pieces[queue.head++]
      if (queue.head === queue.pieces.length) {
        queue.pieces = []
        queue.head = 0
      }
      return piece
    }
    return undefined
  }
  function pump(): void {
    while (underWay < depth && !isStopped) {
      const piece = take()
      if (piece === undefined) return
      waiting.delete(piece)
      underWay++
      void work(piece).then(ended)
    }
  }
  function ended(): void {
    underWay--
    if (underWay <= refillAt) pump()
    if (underWay + waiting.size === 0) onIdle()
  }
  return {
    add(pieces) {
      if (isStopped) return
      for (const [rank, piece] of pieces) {
        if (waiting.has(piece)) continue
        waiting.add(piece)
        const queue = queues[rank] ?? { pieces: [], head: 0 }
        queues[rank] = queue
        queue.pieces.push(piece)
      }
      pump()
    },
    hold(rank) {
      held = rank === 'none' ? Number.POSITIVE_INFINITY : rank
      pump()
    },
    get size() {
      return underWay + waiting.size
    },
    stop() {
      isStopped = true
      waiting.clear()
      queues = []
      held = Number.POSITIVE_INFINITY
    },
    resume() {
      isStopped = false
    },
  }
}
