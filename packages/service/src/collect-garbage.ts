import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * One full collection, as `node --expose-gc` offers it, for a moment in which nobody waits. What a service has read at
 * its start is garbage then, and V8 by itself lets the heap grow to twice of what is held before it looks.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
}
