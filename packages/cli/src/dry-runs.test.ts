import { readdirSync, readFileSync } from 'node:fs'
import * as schema from '@strowger/schema'
import { expect, test } from 'vitest'

const folder = new URL('./commands/', import.meta.url)

function takesDryRun(value: unknown): boolean {
  const { kind, input } = (value ?? {}) as { kind?: string; input?: { properties?: object } }
  return kind === 'request' && input !== undefined && 'dryRun' in (input.properties ?? {})
}

/** As commands call them: `updatePolicy`, `sipTransports.update`. */
const operations = Object.entries(schema as Record<string, unknown>).flatMap(([name, value]) =>
  takesDryRun(value)
    ? [name]
    : Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(([verb, inner]) =>
        takesDryRun(inner) ? [`${name}.${verb}`] : [],
      ),
)

/** What stands between a `.command('…')` and the next one, or the end of the function. */
const commands = readdirSync(folder).flatMap((file) =>
  [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\.command\([\s\S]*?(?=\.command\(|\n\})/g)].map(
    ([text]) => ({
      name: `${file}: ${/\(([^)]*)\)/.exec(text)?.[1]}`,
      calls: operations.filter((operation) => text.includes(`.call(${operation},`)),
      hasFlag: text.includes("'--dry-run'"),
    }),
  ),
)
const wide = commands.filter(({ calls }) => calls.length > 0)

test('there are commands of operations that can be tried', () => expect(wide.length).toBeGreaterThan(15))

test.each(wide)('$name calls $calls, and has --dry-run', ({ hasFlag }) => expect(hasFlag).toBe(true))
