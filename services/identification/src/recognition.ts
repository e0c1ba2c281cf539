import {
  associateAlike,
  type CompiledManifests,
  compileManifests,
  type Identification,
  identify,
} from '@strowger/identify'
import type { Device, PhoneEvidence, Plugin } from '@strowger/schema'

/** What the loaded plugins know of phones; compiled anew when a plugin comes, changes or goes. */
export interface Recognition {
  identify(evidence: PhoneEvidence): Identification
  /** What was chosen for a phone of which no more than this was known, by rules that its plugin has. */
  pluginFor(said: Pick<Device, 'vendor' | 'model' | 'version' | 'plugin'>): string | undefined
  /** Whether a file of this name may hold credentials; of an unknown plugin: by the rules of any. */
  isSensitive(plugin: string | undefined, file: string): boolean
  /** Whether phones of this plugin send such a thing; of an unknown plugin: those of any. */
  takesUpload(plugin: string | undefined, method: 'PUT' | 'POST', path: string): boolean
}

export function createRecognition(plugins: {
  values(): Iterable<Plugin>
  subscribe(listener: () => void): unknown
}): Recognition {
  let compiled: CompiledManifests | undefined
  let sensitive: Map<string, RegExp[]> | undefined
  let uploads: Map<string, { method: string; path: RegExp }[]> | undefined
  plugins.subscribe(() => {
    compiled = undefined
    sensitive = undefined
    uploads = undefined
  })

  function uploadRules(): Map<string, { method: string; path: RegExp }[]> {
    uploads ??= new Map(
      [...plugins.values()].map(({ id, manifest }) => [
        id,
        (manifest.uploads ?? []).map(({ method, path }) => ({ method, path: new RegExp(path) })),
      ]),
    )
    return uploads
  }

  function sensitivePatterns(): Map<string, RegExp[]> {
    sensitive ??= new Map(
      [...plugins.values()].map(({ id, manifest }) => [id, manifest.sensitive.map((pattern) => new RegExp(pattern))]),
    )
    return sensitive
  }

  function manifests(): CompiledManifests {
    compiled ??= compileManifests([...plugins.values()].map(({ manifest }) => manifest))
    return compiled
  }

  return {
    identify: (evidence) => identify(manifests(), evidence),
    pluginFor: (said) => associateAlike(manifests(), said, said.plugin),
    isSensitive(plugin, file) {
      const patterns = sensitivePatterns()
      const own = plugin === undefined ? undefined : patterns.get(plugin)
      const asked = own ?? [...patterns.values()].flat()
      return asked.some((pattern) => pattern.test(file))
    },
    takesUpload(plugin, method, path) {
      const own = plugin === undefined ? undefined : uploadRules().get(plugin)
      const asked = own ?? [...uploadRules().values()].flat()
      return asked.some((rule) => rule.method === method && rule.path.test(path))
    },
  }
}
