import { expect, it } from 'vitest'
import { compactRendered, isPresentFile, type Rendered } from './rendered.ts'

it.each<Rendered>([
  {
    tenant: 't',
    revision: 7,
    config: 'autoprovd1',
    plugin: 'yealink-v86',
    digests: { '001565123456.cfg': 'a', 'Aastra/x.cfg': 'b' },
    at: '2026-11-21T09:30:00.123Z',
  },
  { tenant: 't', revision: 8, config: 'd1', digests: {}, error: 'no', access: 'm', at: '2026-11-21T09:30:00.000Z' },
])('what is held in less memory says the same: %o', (document) => {
  const compact = compactRendered(document, 'd1')
  expect(JSON.parse(JSON.stringify(compact))).toEqual(document)
  const { tenant, revision, config, plugin, digests, error, access, at } = compact
  expect({ tenant, revision, config, plugin, digests, error, access, at }).toEqual({
    ...{ plugin: undefined, error: undefined, access: undefined },
    ...document,
  })
  expect(compactRendered(compact, 'd1')).toBe(compact)
})

it('a file is present by its bytes and its name, with or without the folder it is in', () => {
  const rendered = { digests: { 'Aastra/00085D2EECFB.cfg': 'a', 'T46S.cfg': 'b' } }
  expect(isPresentFile(rendered, { file: '00085D2EECFB.cfg', digest: 'a' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'Aastra/00085D2EECFB.cfg', digest: 'a' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'T46S.cfg', digest: 'b' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'T46S.cfg', digest: 'a' })).toBe(false)
  expect(isPresentFile(rendered, { file: 'EECFB.cfg', digest: 'a' })).toBe(false)
  expect(isPresentFile(rendered, { file: 'T46S.cfg' })).toBe(false)
})
