import type { PluginManifest } from '@strowger/schema'

/** A plugin of which only the templates matter. */
export const bareManifest: PluginManifest = {
  id: 'acme-v1',
  version: '1.0.0',
  description: 'for tests',
  vendors: ['Acme'],
  firmware: [],
  models: {},
  identify: {},
  files: { device: [], common: [], static: [] },
  sensitive: [],
  format: 'xml',
  notOffered: {},
}
