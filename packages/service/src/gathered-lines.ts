import { pino } from 'pino'

const gatheredForMs = 20
const gatheredBytes = 8_192
const warning = 40

/**
 * Standard output for the log. A line of no urgency waits up to 20 ms for others, as a write of its own costs more than
 * making it; a warning, and whatever is worse, is written at once with all that waits, and so is the rest when the
 * process ends by itself. The order stays.
 */
export function createGatheredLines() {
  const out = pino.destination({ fd: 1, sync: true, minLength: gatheredBytes })
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    // Unlike flushSync it does not ask for fsync, which a file on disk would be slow to answer.
    out.flush()
  }
  process.on('exit', () => out.flushSync())
  return {
    /** By which pino sets `lastLevel` before each `write`. */
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      out.write(line)
      if (this.lastLevel >= warning) flush()
      else timer ??= setTimeout(flush, gatheredForMs).unref()
    },
  }
}
