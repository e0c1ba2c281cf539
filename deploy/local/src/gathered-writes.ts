const flushes = new Set<() => void>()
process.on('exit', () => {
  for (const flush of flushes) flush()
})

export interface GatheredWrites {
  /** Writes it with whatever else comes in this turn of the event loop: a service in use logs thousands of lines a second. */
  write(text: string): void
  /** Writes now what waits. The end of the process does so, too. */
  flush(): void
}

export function createGatheredWrites(write: (text: string) => void): GatheredWrites {
  let waiting = ''
  function flush(): void {
    flushes.delete(flush)
    const text = waiting
    waiting = ''
    if (text !== '') write(text)
  }
  return {
    write(text) {
      if (waiting === '') {
        flushes.add(flush)
        setImmediate(flush)
      }
      waiting += text
    },
    flush,
  }
}
