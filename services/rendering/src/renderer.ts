import { flattenConfig, renderCommonFile, renderDeviceFile } from '@strowger/render'
import { type Config, type Device, Fault, type RawConfig, secretMask } from '@strowger/schema'
import type { Seal } from '@strowger/service'
import type { ConfigTree, DeviceConfig } from './config-tree.ts'
import { type DeviceAccess, type DeviceAccesses, withKey } from './device-access.ts'
import { fileNameFor, isGiven } from './device-files.ts'
import { digestOf } from './digest.ts'
import type { LoadedPlugin } from './plugin-library.ts'
import type { PluginVariants } from './plugin-variants.ts'
import type { RecentFiles, RenderedFile } from './recent-files.ts'
import { maskedSecrets, openedSecrets } from './secrets.ts'

/** All files of a device, or why they cannot be made. */
export interface DeviceRendering {
  readonly config: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly digests: Readonly<Record<string, string>>
  readonly error: string | undefined
  /** Of the key and password in the files. */
  readonly access: string
}

/**
 * Everything that the files of a device are made of, beside the device. What is in it is replaced, never changed: the
 * same objects give the same files.
 */
export interface DeviceInputs {
  readonly config: string
  readonly plugin: LoadedPlugin | undefined
  readonly parameters: RawConfig | undefined
  readonly access: DeviceAccess | undefined
  /** Why nothing can be made of it. */
  readonly error: string | undefined
}

/** Renders files from what is in memory: configs, plugins, and the device that is given. */
export function createRenderer(parts: {
  tree: ConfigTree
  variants: Pick<PluginVariants, 'of'>
  base: RawConfig
  seal: Seal
  recent: RecentFiles
  accesses: DeviceAccesses
}) {
  const { tree, variants, base, seal, recent, accesses } = parts

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
    const { id, chain } = usedBy(tree.ofDevice(device))
    return { id, parameters: mergedParameters(chain) }
  }

  function usedBy(config: DeviceConfig | undefined): DeviceConfig {
    if (config !== undefined) return config
    throw new Fault('render-failed', { detail: 'There is no config for new devices (role autocreate)' })
  }

  function rendered(
    plugin: LoadedPlugin,
    pattern: string,
    name: string,
    device: Device,
    parameters: RawConfig,
    { key, login, mark }: DeviceAccess,
  ) {
    return recent.file(name, { plugin, device, parameters, access: mark }, () =>
      renderDeviceFile(plugin.compiled, { pattern, name, device, parameters: withKey(parameters, key), login }),
    )
  }

  /** The plugin of a device, with the custom templates of its tenant. */
  function pluginOf({ plugin, tenant }: Device): LoadedPlugin | undefined {
    return plugin === undefined ? undefined : variants.of(plugin, tenant)
  }

  /** All its files, by a rendering that is given. Fault `render-failed` of the first that cannot be made. */
  function filesOf(plugin: LoadedPlugin, device: Device, render: (pattern: string, name: string) => Uint8Array) {
    const files = new Map<string, Uint8Array>()
    for (const file of plugin.manifest.files.device) {
      const { name: pattern } = file
      const name = fileNameFor(pattern, device)
      if (name !== undefined && isGiven(file, device)) files.set(name, render(pattern, name))
    }
    return files
  }

  return {
    pluginOf,
    parametersOf,
    /** One file of a device. Fault `render-failed` naming template and line. */
    file: (plugin: LoadedPlugin, pattern: string, name: string, device: Device): RenderedFile =>
      rendered(plugin, pattern, name, device, parametersOf(device).parameters, accesses.ofDevice(device)),
    /**
     * A file that is the same for all devices of a tenant, with the key that it was asked with. A custom `<name>.tpl`
     * comes before its template. Likewise.
     */
    commonFile(
      plugin: LoadedPlugin,
      file: { name: string; template: string },
      asked?: { device: Device; shownKey: 'tenant' | 'own' | undefined },
    ): RenderedFile {
      const custom = `${file.name}.tpl`
      const template = plugin.compiled.template(custom) === undefined ? file.template : custom
      const key = asked && accesses.keyAsShown(asked.device, asked.shownKey)
      const bytes = renderCommonFile(plugin.compiled, { template, parameters: withKey(flattenConfig([base]), key) })
      return { bytes, digest: digestOf(bytes) }
    },
    /**
     * The files of a device with a plugin that is tried, rendered anew. Masked: for people, with `********` for every
     * secret. Fault `render-failed`.
     */
    tried(plugin: LoadedPlugin, device: Device, masked: boolean): ReadonlyMap<string, Uint8Array> {
      const chain = tree.ofDevice(device)?.chain ?? []
      const parameters = masked
        ? flattenConfig([base, ...chain.map(({ raw }) => maskedSecrets(raw))])
        : parametersOf(device).parameters
      const access = accesses.ofDevice(device)
      const key = masked && access.key !== undefined ? secretMask : access.key
      const login = masked && access.login ? { ...access.login, password: secretMask } : access.login
      return filesOf(plugin, device, (pattern, name) =>
        renderDeviceFile(plugin.compiled, { pattern, name, device, parameters: withKey(parameters, key), login }),
      )
    },
    inputsOf(device: Device): DeviceInputs {
      const used = tree.ofDevice(device)
      const config = used?.id ?? `autoprov${device.id}`
      const plugin = pluginOf(device)
      const nothing = { config, plugin, parameters: undefined, access: undefined }
      if (plugin === undefined) {
        const error = device.plugin === undefined ? undefined : `the plugin ${device.plugin} is not loaded`
        return { ...nothing, error }
      }
      try {
        const parameters = mergedParameters(usedBy(used).chain)
        return { config, plugin, parameters, access: accesses.ofDevice(device), error: undefined }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        return { ...nothing, error: error.message }
      }
    },
    device(device: Device, { config, plugin, parameters, access, error }: DeviceInputs): DeviceRendering {
      const digests: Record<string, string> = {}
      if (plugin === undefined || parameters === undefined || access === undefined)
        return { config, files: new Map(), digests, error, access: '' }
      try {
        const files = filesOf(plugin, device, (pattern, name) => {
          const { bytes, digest } = rendered(plugin, pattern, name, device, parameters, access)
          digests[name] = digest
          return bytes
        })
        return { config, files, digests, error: undefined, access: access.mark }
      } catch (failure) {
        if (!(failure instanceof Fault)) throw failure
        return { config, files: new Map(), digests: {}, error: failure.message, access: '' }
      }
    },
  }
}
export type Renderer = ReturnType<typeof createRenderer>
