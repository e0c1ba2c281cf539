import { describe, expect, it } from 'vitest'
import { splitKey, withoutKeys } from './provisioning-key.ts'

const key = 'key-AAECAwQFBgcICQoLDA0ODxAR'

describe('the key in a path', () => {
  it.each([
    [`/${key}/001565123456.cfg`, key, '/001565123456.cfg'],
    [`${key}/001565123456.cfg`, key, '001565123456.cfg'],
    [`//${key}//001565123456.cfg`, key, '/001565123456.cfg'],
    [`/${key}/Aastra/lang/fr.txt`, key, '/Aastra/lang/fr.txt'],
    [`/${key}/`, key, '/'],
    [`/${key}`, key, '/'],
    [`/${key.toLowerCase()}/a.cfg`, key.toLowerCase(), '/a.cfg'],
    ['/KEY-short/a.cfg', 'KEY-short', '/a.cfg'],
    ['/key-with.dot/a.cfg', 'key-with.dot', '/a.cfg'],
  ])('%s', (path, expectedKey, rest) => {
    expect(splitKey(path)).toEqual({ key: expectedKey, path: rest })
  })

  it.each(['/001565123456.cfg', '/Aastra/key-1/a.cfg', '/key-layout.xml', '/monkey-1/a.cfg', '/'])(
    '%s has none',
    (path) => {
      expect(splitKey(path)).toEqual({ path })
    },
  )

  it.each(['/', '//', '/Aastra/', '%2f', 'x-key-', '?u=', ''])(
    'never is in what may be logged, behind %s',
    (before) => {
      for (const after of ['', '/a.cfg', '?x', '.cfg']) {
        expect(withoutKeys(`${before}${key}${after}`)).not.toContain(key.slice(4))
      }
    },
  )
})
