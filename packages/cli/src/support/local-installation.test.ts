import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isOurSetting } from './local-installation.ts'

test('every setting that is documented is told, and nothing else of an environment', () => {
  const page = readFileSync(new URL('../../../../docs/reference/settings.md', import.meta.url), 'utf8')
  const names = [...page.matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(80)
  expect(names.filter((name) => !isOurSetting(name))).toEqual([])
  for (const other of ['PATH', 'HOME', 'AWS_SECRET_ACCESS_KEY', 'SSH_AUTH_SOCK'])
    expect(isOurSetting(other)).toBe(false)
})
