import type { SettingDefinition, SettingDefinitions } from './settings.ts'
import { allowedBy } from './settings-schema.ts'

function defaultOf(definition: SettingDefinition): string {
  if (definition.optional) return 'none'
  if (!('default' in definition)) return '**must be given**'
  const value = definition.default
  return value === '' ? 'empty' : `\`${Array.isArray(value) ? value.join(',') : String(value)}\``
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The settings as a Markdown table, one row each, in the order of their definition. */
export function settingsDocumentation(definitions: SettingDefinitions): string {
  const rows = Object.entries(definitions).map(([name, definition]) => {
    const file = definition.secret ? `<br>or \`${name}_FILE\`` : ''
    const unit = definition.unit ? `, ${definition.unit}` : ''
    const example = definition.example ? ` Example: \`${definition.example}\`.` : ''
    const allowed = `${allowedBy(definition.schema)}${unit}`
    return `| \`${name}\`${file} | ${cell(definition.description + example)} | ${cell(allowed)} | ${cell(defaultOf(definition))} |`
  })
  return ['| setting | what it is for | allowed | default |', '| --- | --- | --- | --- |', ...rows, ''].join('\n')
}
