import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

interface Shown {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shown>>
  readonly patternProperties?: Readonly<Record<string, Shown>>
  readonly items?: Shown
  readonly anyOf?: readonly Shown[]
}

/** Whether a field says of itself that it is, or may hold, a secret in clear. */
function showsSecret({ description = '', properties, patternProperties, items, anyOf = [] }: Shown): boolean {
  if (/\bsecret\b/i.test(description)) return true
  const inner = [...Object.values(properties ?? {}), ...Object.values(patternProperties ?? {}), ...anyOf]
  return [...inner, ...(items === undefined ? [] : [items])].some(showsSecret)
}

const reading = catalogue.requests.filter(({ rest }) => rest?.method === 'GET')

it('what shows a secret to who reads says so, and is in the audit by that', () => {
  const names = (all: typeof reading) => all.map(({ subject }) => subject).sort()
  const revealing = names(reading.filter(({ rest }) => rest?.reveals !== undefined))
  expect(names(reading.filter(({ output }) => showsSecret(output as Shown)))).toEqual(revealing)
  expect(revealing).toEqual(['devices.get-key.v1', 'policies.get-key.v1', 'sip-migration.export.v1', 'uploads.get.v1'])
  for (const { rest } of reading) if (rest?.reveals !== undefined) expect(rest.permission).not.toBe('read')
})
