import { expect, it } from 'vitest'
import { renderCustom } from './legacy-names-for-tests.ts'
import { readVendorFile } from './plugin-check/vendor-file.ts'
import { testedPlugins } from './plugin-folders-for-tests.ts'

const raw = { http_base_url: 'http://192.0.2.1', sip_lines: { '1': { username: 'u', password: 'p' } } }

it.each([
  [
    'yealink-v86',
    'model_specific_parameters',
    'custom.date_format = 2',
    'custom.date_format',
    '2',
    'account.1.user_name',
  ],
  ['polycom-6.4.6', 'model_specific_parameters', 'up.x="2"', 'polycomConfig@up.x', '2', 'polycomConfig@reg.1.address'],
  ['snom-10.1.215.13', 'settings_suffix', '<x>2</x>', 'settings/phone-settings/x', '2', '//user_name[idx=1]'],
  ['snom-10.1.215.13', 'fkeys_prefix', '<x>2</x>', 'settings/functionKeys/x', '2', '//user_name[idx=1]'],
  ['snom-dect-07.40.0104', 'settings_suffix', '<x>2</x>', 'settings/phone-settings/x', '2', '//user_name[idx=1]'],
])('a template that extends the one of %s fills its block %s', (id, block, text, name, value, other) => {
  const plugin = testedPlugins.find((each) => each.id === id)
  if (plugin === undefined) throw new Error(`there is no plugin ${id}`)
  const source = `{% extends '${id}/base.tpl' -%}\n\n{% block ${block} -%}\n${text}\n{% endblock %}\n`
  const file = readVendorFile(renderCustom(plugin, source, raw), plugin.manifest.format)
  expect(file.values(name)).toEqual([value])
  expect(file.values(other)).toEqual(['u'])
})
