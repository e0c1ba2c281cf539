import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ReadPlugin, readPlugins } from './plugin-check/read-plugins.ts'

export const pluginsFolder = fileURLToPath(new URL('../../plugins/', import.meta.url))

/** Every file of the folder of plugins, by path below it. */
export function readPluginFolder(folder: string = pluginsFolder): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(folder, path)
    if (entry.isFile() && name.includes('/')) files.set(name, readFileSync(path))
  }
  return files
}

const { plugins, problems } = readPlugins(readPluginFolder())
if (problems.length > 0) throw new Error(problems.map(({ file, problem }) => `${file}: ${problem}`).join('\n'))

/** Every folder `<family>/<generation>`, parents first. */
export const testedPlugins: readonly ReadPlugin[] = [...plugins.values()]
