import { pino } from 'pino'

const gatheredForMs = 20
const gatheredCharacters = 8_192
const warning = 40

/**
 * Standard output for the log. A line of no urgency waits up to 20 ms for others, as a write of its own costs more than
 * making it; a warning, and whatever is worse, is written at once with all that waits, and so is the rest when the
 * process ends by itself. The order stays. The destination itself gathers nothing: what it had gathered when its reader
 * was gone it would try to write for ever, and the process would not end.
 */
export function createGatheredLines() {
  const out = pino.destination({ fd: 1, sync: true })
  let waiting = ''
  let timer: NodeJS.Timeout | undefined
  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting === '') return
    const lines = waiting
    waiting = ''
    out.write(lines)
  }
  process.on('exit', flush)
  return {
    /** By which pino sets `lastLevel` before each `write`. */
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      waiting += line
      if (this.lastLevel >= warning || waiting.length >= gatheredCharacters) flush()
      else timer ??= setTimeout(flush, gatheredForMs).unref()
    },
  }
}
