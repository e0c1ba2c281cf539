import { expect, it } from 'vitest'
import { isPresentFile } from './rendered.ts'

it('a file is present by its bytes and its name, with or without the folder it is in', () => {
  const rendered = { digests: { 'Aastra/00085D2EECFB.cfg': 'a', 'T46S.cfg': 'b' } }
  expect(isPresentFile(rendered, { file: '00085D2EECFB.cfg', digest: 'a' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'Aastra/00085D2EECFB.cfg', digest: 'a' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'T46S.cfg', digest: 'b' })).toBe(true)
  expect(isPresentFile(rendered, { file: 'T46S.cfg', digest: 'a' })).toBe(false)
  expect(isPresentFile(rendered, { file: 'EECFB.cfg', digest: 'a' })).toBe(false)
  expect(isPresentFile(rendered, { file: 'T46S.cfg' })).toBe(false)
})
