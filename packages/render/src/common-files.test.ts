import { describe, expect, it } from 'vitest'
import { flattenConfig } from './flatten-config.ts'
import { readVendorFile } from './plugin-check/vendor-file.ts'
import { testedPlugins } from './plugin-folders-for-tests.ts'
import { renderCommonFile } from './render-file.ts'

const parameters = flattenConfig([{ http_base_url: 'http://192.0.2.1:8667/k&y' }])
const files = testedPlugins.flatMap(({ id, compiled, manifest }) =>
  manifest.files.common.map((file) => ({ id, compiled, manifest, ...file })),
)

describe('the files that all phones of a plugin share', () => {
  it.each(files)('$name of $id can be read and holds no secret', ({ compiled, manifest, template, name }) => {
    const bytes = renderCommonFile(compiled, { template, parameters })
    const text = new TextDecoder(manifest.encoding ?? 'utf-8', { fatal: true }).decode(bytes)
    if (name.endsWith('.xml') || manifest.format === 'xml') readVendorFile(text, 'xml')
    expect(text.trim()).not.toBe('')
    expect(text).not.toMatch(/password/i)
  })
})

describe('the common files of Snom’s DECT bases', () => {
  it.each([
    ['general-small.tpl', 20],
    ['general-large.tpl', 1000],
  ])('%s turns all %i accounts off, before the base’s own file turns some on', (template, accounts) => {
    const plugin = testedPlugins.find(({ id }) => id === 'snom-dect-05.20.0001')
    const bytes = plugin && renderCommonFile(plugin.compiled, { template, parameters })
    const states = readVendorFile(new TextDecoder().decode(bytes), 'xml').values('//user_active')
    expect(states).toEqual(Array.from({ length: accounts }, () => 'off'))
  })
})
