import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { catalogue } from '@strowger/schema'
import { type House, runProgram, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = fileURLToPath(new URL('../../docs/guides/rest/', import.meta.url))
const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md')

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house?.close())

interface Step {
  readonly command: string
  /** What the last answer must hold. */
  readonly expected: object | undefined
}

/** The commands of a page in order, each with the answer that is shown under it. */
function stepsOf(text: string): Step[] {
  const blocks = [...text.matchAll(/^```(sh|json)\n(.*?)^```$/gms)].map(([, kind, content]) => ({ kind, content }))
  return blocks.flatMap(({ kind, content = '' }, index) => {
    if (kind !== 'sh') return []
    const next = blocks[index + 1]
    return [{ command: content, expected: next?.kind === 'json' ? JSON.parse(next.content ?? '') : undefined }]
  })
}

/** curl fails where it would show an error, what jq is needed for is a small part of it, and files are nobody else’s. */
const prelude = `set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
curl() { command curl -sS --fail-with-body -m 20 "$@" && echo; }
jq() { node -e '
  let text = ""
  process.stdin.on("data", (part) => (text += part)).on("end", () => {
    const words = process.argv[2].match(/\\w+/g)
    console.log(words.reduce((value, word) => value[word], JSON.parse(text)))
  })' -- "$@"; }
`
const mark = '-------- end of a step'

test('every resource of REST has a page that uses it', () => {
  const commands = pages
    .flatMap((page) => stepsOf(readFileSync(join(folder, page), 'utf8')))
    .map(({ command }) => command)
  const resources = catalogue.requests.flatMap(({ rest }) => rest?.path.match(/^\/api\/v1\/[\w-]+/)?.[0] ?? [])
  const used = (resource: string) => commands.some((command) => new RegExp(`${resource}(?![\\w-])`).test(command))
  expect([...new Set(resources)].filter((resource) => !used(resource))).toEqual([])
})

test.each(pages)('%s does what it says', async (page) => {
  const steps = stepsOf(readFileSync(join(folder, page), 'utf8'))
  expect(steps.length).toBeGreaterThan(1)
  const script = prelude + steps.map(({ command }) => `${command}\necho; echo '${mark}'\n`).join('')
  const { code, stdout, stderr } = await runProgram('bash', ['-c', script], {
    STROWGER_URL: house.restUrl,
    STROWGER_TOKEN: house.token(),
  })
  const answers = stdout.toString().split(`${mark}\n`)
  expect(code, `${stderr}\n${answers.at(-1)}`).toBe(0)
  for (const [index, { command, expected }] of steps.entries()) {
    if (expected === undefined) continue
    // An answer is a line; what counts is the last one.
    const [last = ''] = (answers[index] ?? '').trim().split('\n').slice(-1)
    expect(JSON.parse(last), command).toMatchObject(expected)
  }
})
