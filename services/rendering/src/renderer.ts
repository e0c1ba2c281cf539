import { flattenConfig, renderCommonFile, renderDeviceFile } from '@strowger/render'
import { type Config, type Device, Fault, type RawConfig } from '@strowger/schema'
import type { Seal } from '@strowger/service'
import type { ConfigTree } from './config-tree.ts'
import { type DeviceAccesses, withKey } from './device-access.ts'
import { fileNameFor, isGiven } from './device-files.ts'
import { digestOf } from './digest.ts'
import type { LoadedPlugin } from './plugin-library.ts'
import type { RecentFiles, RenderedFile } from './recent-files.ts'
import { openedSecrets } from './secrets.ts'

/** All files of a device, or why they cannot be made. */
export interface DeviceRendering {
  readonly config: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly digests: Readonly<Record<string, string>>
  readonly error: string | undefined
  /** Of the key and password in the files. */
  readonly access: string
}

/** Renders files from what is in memory: configs, plugins, and the device that is given. */
export function createRenderer(parts: {
  tree: ConfigTree
  plugins: ReadonlyMap<string, LoadedPlugin>
  base: RawConfig
  seal: Seal
  recent: RecentFiles
  accesses: DeviceAccesses
}) {
  const { tree, plugins, base, seal, recent, accesses } = parts

  /** By the config at the end of a chain. Most devices share one, and opening and merging takes as long as rendering. */
  const merged = new WeakMap<Config, { readonly chain: readonly Config[]; readonly parameters: RawConfig }>()

  /** Documents of the read model are replaced, never changed: the same ones give the same parameters. */
  function mergedParameters(chain: readonly Config[]): RawConfig {
    const last = chain.at(-1)
    const known = last && merged.get(last)
    if (known?.chain.length === chain.length && known.chain.every((link, place) => link === chain[place])) {
      return known.parameters
    }
    const parameters = flattenConfig([base, ...chain.map((link) => openedSecrets(link.raw, link, seal))])
    if (last) merged.set(last, { chain, parameters })
    return parameters
  }

  /** The parameters of a device with everything it inherits, secrets open. Fault `render-failed` without any config. */
  function parametersOf(device: Device): { id: string; parameters: RawConfig } {
    const config = tree.ofDevice(device)
    if (config === undefined) {
      throw new Fault('render-failed', { detail: 'There is no config for new devices (role autocreate)' })
    }
    return { id: config.id, parameters: mergedParameters(config.chain) }
  }

  function rendered(plugin: LoadedPlugin, pattern: string, name: string, device: Device, parameters: RawConfig) {
    const { key, login, mark } = accesses.ofDevice(device)
    return recent.file(name, { plugin, device, parameters, access: mark }, () =>
      renderDeviceFile(plugin.compiled, { pattern, name, device, parameters: withKey(parameters, key), login }),
    )
  }

  return {
    /** One file of a device. Fault `render-failed` naming template and line. */
    file: (plugin: LoadedPlugin, pattern: string, name: string, device: Device): RenderedFile =>
      rendered(plugin, pattern, name, device, parametersOf(device).parameters),
    /** A file that is the same for all devices of a tenant, with the key that it was asked with. Likewise. */
    commonFile(
      plugin: LoadedPlugin,
      template: string,
      device: Device,
      shownKey: 'tenant' | 'own' | undefined,
    ): RenderedFile {
      const parameters = withKey(flattenConfig([base]), accesses.keyAsShown(device, shownKey))
      const bytes = renderCommonFile(plugin.compiled, { template, parameters })
      return { bytes, digest: digestOf(bytes) }
    },
    device(device: Device): DeviceRendering {
      const files = new Map<string, Uint8Array>()
      const digests: Record<string, string> = {}
      let config = tree.ofDevice(device)?.id ?? `autoprov${device.id}`
      const plugin = device.plugin === undefined ? undefined : plugins.get(device.plugin)
      if (plugin === undefined) {
        const error = device.plugin === undefined ? undefined : `the plugin ${device.plugin} is not loaded`
        return { config, files, digests, error, access: '' }
      }
      try {
        const { id, parameters } = parametersOf(device)
        const { mark: access } = accesses.ofDevice(device)
        config = id
        for (const file of plugin.manifest.files.device) {
          const { name: pattern } = file
          const name = fileNameFor(pattern, device)
          if (name === undefined || !isGiven(file, device)) continue
          const { bytes, digest } = rendered(plugin, pattern, name, device, parameters)
          files.set(name, bytes)
          digests[name] = digest
        }
        return { config, files, digests, error: undefined, access }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return { config, files: new Map(), digests: {}, error: error.message, access: '' }
      }
    },
  }
}
export type Renderer = ReturnType<typeof createRenderer>
