import { PluginManifest } from '../../packages/schema/dist/index.js'

/** JSON Schema of a plugin's manifest.json, for editors of those who write one. */
export function manifestSchema() {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'manifest.json of a Strowger plugin',
    ...PluginManifest,
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}
