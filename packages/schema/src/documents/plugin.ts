import Type from 'typebox'
import { Instant, PluginId, Revision } from '../identity.ts'
import { PluginManifest } from '../manifest.ts'

/** A plugin that is loaded, as identification and rendering hold it. */
export const Plugin = Type.Object({
  id: PluginId,
  revision: Revision,
  hash: Type.String({ description: 'SHA-256 over its files, hexadecimal' }),
  manifest: PluginManifest,
})
export type Plugin = Type.Static<typeof Plugin>

export const PluginView = Type.Object({
  id: PluginId,
  version: Type.String(),
  description: Type.String(),
  hash: Type.String(),
  origin: Type.Enum(['built-in', 'installed']),
  vendors: Type.Array(Type.String()),
  models: Type.Array(Type.String()),
  installedAt: Instant,
  devices: Type.Integer({ description: 'Devices of the asking tenant that use it' }),
})
export type PluginView = Type.Static<typeof PluginView>
