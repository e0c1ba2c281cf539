import type { PluginManifest } from '@strowger/schema'
import { expect, it } from 'vitest'
import { bareManifest } from '../manifest-for-tests.ts'
import { checkIdentification } from './identification-check.ts'

const model = 'A1'
const manifest: PluginManifest = {
  ...bareManifest,
  models: {
    [model]: {
      lines: 1,
      keys: 0,
      expansionModules: 0,
      type: 'deskphone',
      protocols: ['SIP'],
      switchboard: false,
      highAvailability: false,
      firmware: [],
    },
  },
}
/** Knows its own phones by their user agent: Known <model>. */
const identify = () => (evidence: { userAgent?: string }) => {
  const [, said] = /^Known (\S+)$/.exec(evidence.userAgent ?? '') ?? []
  if (said === undefined) return { score: 0 }
  return { vendor: 'Known', model: said, score: said === model ? 500 : 300 }
}

function problemsOf(text: string): string[] {
  const files = new Map([['acme/identification.json', new TextEncoder().encode(text)]])
  return checkIdentification(files, [manifest], identify).map(
    ({ file, line, problem }) => `${file}:${line}: ${problem}`,
  )
}
const file = (...cases: object[]) => JSON.stringify(cases, undefined, 2)
const known = { transport: 'http', userAgent: `Known ${model}` }

it('has nothing to say of cases that give what they say', () => {
  const stranger = { transport: 'tftp', filename: 'x.cfg', expect: null, score: 0 }
  const later = { transport: 'http', userAgent: 'Known Z9', expect: { model: 'Z9' }, score: 300 }
  expect(problemsOf(file({ ...known, expect: { vendor: 'Known', model }, score: 500 }, stranger, later))).toEqual([])
  expect(checkIdentification(new Map(), [manifest], identify)).toEqual([])
})

it.each([
  [file(known), ':2: /0 must have required properties expect'],
  [file({ ...known, expect: { modell: 'A1' } }), ':6: /0/expect/modell is no name that is known here'],
  [file({ ...known, transport: 'smtp', expect: null }), ':3: /0/transport '],
  [file({ ...known, useragent: 'x', expect: null }), ':5: /0/useragent is no name that is known here'],
  ['{}', ':1: / must be array'],
  ['[\n  {\n    oops\n]', ':3: '],
  [file({ ...known, userAgent: 'Known Z9', expect: { model: 'Z9' } }), ':6: no plugin has the model Z9'],
  [file({ ...known, expect: { vendor: 'Other' } }), ':6: vendor must be "Other", but it is "Known"'],
  [file({ ...known, expect: { sn: '1' } }), ':6: sn must be "1", but it is nothing'],
  [file({ ...known, expect: null }), ':5: it is taken for Known, and must stay unknown'],
  [file({ ...known, expect: {}, score: 600 }), ':6: score must be 600, but it is 500'],
])('%s: %s', (text, wanted) => {
  const [first = '', ...more] = problemsOf(text)
  expect(first.slice('acme/identification.json'.length, 'acme/identification.json'.length + wanted.length)).toBe(wanted)
  expect(more).toEqual([])
})
