import type { RawConfig } from '@strowger/schema'
import { compiledTemplate, withCustomTemplates } from './compile-plugin.ts'
import { flattenConfig } from './flatten-config.ts'
import names from './legacy-names.json' with { type: 'json' }
import type { ReadPlugin } from './plugin-check/read-plugins.ts'
import { renderDeviceFile } from './render-file.ts'

type Families = Readonly<Record<string, Readonly<Record<string, string>>>>

/** By family and name, its type and what must be configured for it. `line.` and `manager.`: of each of them. */
export const legacyNames: Families = names

/** The family, by whose list a plugin's names go: adapters and phones of cisco-spa have one. */
export function familyOf({ folder }: ReadPlugin): string {
  const [family = ''] = folder.split('/')
  return family.startsWith('cisco-spa') || family === 'cisco-pap2t' ? 'cisco-spa' : family
}

const mac = '00:15:65:12:34:56'

/**
 * A file of a device whose plugin an administrator has given this base.tpl.
 * @param pattern its name in the manifest; the first one when nothing else is said
 */
export function renderCustom(
  plugin: ReadPlugin,
  source: string,
  raw: object,
  model: string = plugin.typicalModel,
  pattern: string = plugin.manifest.files.device[0]?.name ?? '',
): string {
  const custom = withCustomTemplates(plugin.compiled, new Map([['base.tpl', compiledTemplate('base.tpl', source)]]))
  const digits = mac.replaceAll(':', '')
  const name = pattern.replace('{MAC10}', digits.slice(2)).replace(/\{MAC\}|\{mac\}/, digits)
  const bytes = renderDeviceFile(custom, {
    pattern,
    name,
    device: { mac, model, options: { switchboard: true } },
    parameters: flattenConfig([raw as Record<string, unknown>]),
  })
  return new TextDecoder(plugin.manifest.encoding ?? 'utf-8').decode(bytes)
}

const kindOf = (name: string) =>
  `{{ 'none' if ${name} is not defined else 'str' if ${name} is string else 'dict' if ${name} is mapping else 'bool' if ${name} is boolean else 'int' if ${name} is integer else 'tuple' if ${name} is sequence else 'other' }}`

/** Name -> `str`, `dict`, … of every name of the family, `none` for one that is not there: as a template finds them. */
export function kindsOf(plugin: ReadPlugin, raw: RawConfig): Map<string, string> {
  const asked = Object.keys(legacyNames[familyOf(plugin)] ?? {}).map((name) => {
    const [owner, member] = name.split('.')
    if (member === undefined) return `${name}=${kindOf(name)}\n`
    const all = owner === 'line' ? 'sip_lines' : 'sccp_call_managers'
    return `{% for number, each in ${all}.items() %}${name} {{ number }}=${kindOf(`each.${member}`)}\n{% endfor %}`
  })
  const text = renderCustom(plugin, asked.join(''), raw)
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, string]),
  )
}

/** The kind that a name must have: `none` where what it is made of is not configured. */
export function expectedKind(plugin: ReadPlugin, name: string, raw: RawConfig): string {
  const [, line] = name.split(' ')
  const [kind = '', , need] = (legacyNames[familyOf(plugin)]?.[name.split(' ')[0] ?? ''] ?? '').split(' ')
  if (need === 'locale' && !isKnownLocale(plugin, raw)) return 'none'
  return need === undefined || isConfigured(need, raw, line) ? kind : 'none'
}

/** Some families know languages, others (cisco-sccp) a list of locales. */
function isKnownLocale({ manifest }: ReadPlugin, { locale }: RawConfig): boolean {
  const locales = manifest.tables?.['locales']
  return locale != null && (locales === undefined || Object.hasOwn(locales as object, locale))
}

function isConfigured(need: string, raw: RawConfig, line: string | undefined): boolean {
  switch (need) {
    case 'phonebook':
      return Boolean(raw['X_xivo_phonebook_ip'] && raw['X_xivo_user_uuid'])
    case 'park':
      return (
        Boolean(raw.exten_park) || Object.values(raw.funckeys ?? {}).some((key) => key.type === 'park' && key.value)
      )
    case 'dtmf_mode':
      return Boolean(raw.sip_lines?.[line ?? '']?.dtmf_mode ?? raw.sip_dtmf_mode)
    default:
      return Boolean((raw as Record<string, unknown>)[need])
  }
}
