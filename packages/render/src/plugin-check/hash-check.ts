import { createHash } from 'node:crypto'
import type { PluginProblem } from './plugin-problem.ts'

/**
 * Whether files are what the hashes.json beside their families says: SHA-256, hexadecimal, by path. A file that it does
 * not name, or that is gone, is a problem, too.
 */
export function checkHashes(
  files: ReadonlyMap<string, Uint8Array>,
  hashes: Readonly<Record<string, unknown>>,
): PluginProblem[] {
  const remedy =
    'look at it, then trust it: strowger plugins trust (of the built-in ones: node scripts/hash-plugins.mjs)'
  const gone = Object.keys(hashes).filter((path) => !files.has(path))
  return [
    ...[...files].flatMap(([file, bytes]) => {
      if (hashes[file] === createHash('sha256').update(bytes).digest('hex')) return []
      const problem = Object.hasOwn(hashes, file) ? 'it is not what hashes.json says' : 'hashes.json does not name it'
      return [{ file, problem, remedy }]
    }),
    ...gone.map((file) => ({ file, problem: 'hashes.json names it, and it is not there', remedy })),
  ]
}
