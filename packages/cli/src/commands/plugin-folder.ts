import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { compileManifests, type Identification, identify, manifestProblems } from '@strowger/identify'
import { checkHashes, checkPlugins, goldenCases, goldenFiles, type PluginProblem, readPlugins } from '@strowger/render'
import type { PhoneEvidence, PluginManifest } from '@strowger/schema'
import type { Command } from 'commander'
import { Failure } from '../failure.ts'
import { type NamedPlugins, placeOf, readFamilyFiles, readNamedPlugins, readPluginFiles } from '../plugin-folder.ts'
import { type Tool, withExamples } from '../tool.ts'

/** What can be done with a folder of plugins without a gateway: it is checked, and trusted. */
export function addPluginFolder(plugins: Command, tool: Tool): void {
  withExamples(
    plugins
      .command('check <folder>')
      .description('check plugins before they are used: all of a folder, of a family, or one')
      .option('--write-golden', 'first write the files in golden/ anew: read them afterwards')
      .action((folder: string, { writeGolden = false }: { writeGolden?: boolean }) => {
        if (writeGolden) writeGoldenFiles(folder, tool)
        const named = readNamedPlugins(folder)
        const files = new Map([...withBuiltIn(named, tool), ...readFamilyFiles(named.root)])
        const checked = checkPlugins(files, {
          isWanted: named.isWanted,
          patterns: manifestProblems,
          identify: identifyBy,
        })
        const problems = [...checked.problems, ...untrusted(named)].map((each) => ({
          ...each,
          file: join(shownRoot(named.root), each.file),
        }))
        tool.show({ ...checked, problems }, () => shownProblems(checked.plugins, problems))
        if (problems.length > 0) throw new Failure('')
      }),
    ['strowger plugins check site-plugins', 'strowger plugins check site-plugins/acme/1 --write-golden'],
  )

  withExamples(
    plugins
      .command('trust <folder>')
      .description('write hashes.json, by which rendering trusts the plugins of a folder as they are now')
      .action((folder: string) => {
        const { root } = readNamedPlugins(folder)
        if (root !== resolve(folder)) throw new Failure(`Trust the whole folder of plugins: ${shownRoot(root)}`)
        tool.print(trust(root))
      }),
    ['strowger plugins trust .strowger/site-plugins'],
  )
}

function identifyBy(manifests: readonly PluginManifest[]): (evidence: PhoneEvidence) => Identification {
  const compiled = compileManifests(manifests)
  return (evidence) => identify(compiled, evidence)
}

/** A plugin may extend a built-in one, and must not have the name of one. */
function withBuiltIn({ root, files }: NamedPlugins, tool: Tool): Map<string, Uint8Array> {
  const builtIn = join(tool.around.cloneRoot, 'packages/plugins')
  const shipped = existsSync(builtIn) && resolve(builtIn) !== root ? readPluginFiles(builtIn) : []
  return new Map([...shipped, ...readPluginFiles(root), ...files])
}

/** Where files are trusted already, those that have changed since. */
function untrusted({ root, files, isWanted }: NamedPlugins): PluginProblem[] {
  const trusted = Object.entries(trustedHashes(root)).filter(([path]) => isWanted(placeOf(path)))
  return trusted.length === 0 ? [] : checkHashes(files, Object.fromEntries(trusted))
}

function trustedHashes(root: string): Record<string, string> {
  const file = join(root, 'hashes.json')
  if (!existsSync(file)) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function writeGoldenFiles(folder: string, tool: Tool): void {
  const named = readNamedPlugins(folder)
  const { plugins } = readPlugins(withBuiltIn(named, tool))
  for (const plugin of plugins.values()) {
    if (!named.isWanted(plugin.folder)) continue
    for (const name of goldenCases) {
      let texts: ReadonlyMap<string, string>
      try {
        texts = goldenFiles(plugin, name)
      } catch {
        // The check says why it cannot be rendered; what is kept stays.
        continue
      }
      rmSync(join(named.root, plugin.folder, 'golden', name), { recursive: true, force: true })
      for (const [path, text] of texts) {
        const target = join(named.root, plugin.folder, path)
        mkdirSync(dirname(target), { recursive: true })
        writeFileSync(target, text)
      }
    }
  }
}

function shownProblems(plugins: readonly string[], problems: readonly PluginProblem[]): string[] {
  const lines = problems.flatMap(({ file, line, problem, remedy }) => [
    `${file}${line === undefined ? '' : `:${line}`}: ${problem}`,
    `    ${remedy}`,
  ])
  const count =
    problems.length === 0 ? 'no problems' : problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return [...lines, `${plugins.length === 1 ? '1 plugin' : `${plugins.length} plugins`} checked, ${count}`]
}

function shownRoot(root: string): string {
  const near = relative(process.cwd(), root)
  return near.startsWith('..') ? root : near === '' ? '.' : near
}

/** Writes hashes.json and answers what is trusted that was not before. */
function trust(root: string): string[] {
  const target = join(root, 'hashes.json')
  const before = trustedHashes(root)
  const files = readPluginFiles(root)
  const after = Object.fromEntries(
    [...files].map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]),
  )
  writeFileSync(target, `${JSON.stringify(after, undefined, 2)}\n`)
  const changes = [
    ...Object.keys(after).flatMap((path) => {
      if (before[path] === after[path]) return []
      return [`${before[path] === undefined ? 'new     ' : 'changed '} ${path}`]
    }),
    ...Object.keys(before).flatMap((path) => (after[path] === undefined ? [`gone     ${path}`] : [])),
  ]
  const plugins = new Set(Object.keys(after).map(placeOf)).size
  const what = plugins === 1 ? '1 plugin' : `${plugins} plugins`
  return [...changes, `${what} with ${files.size} files: trusted from the next start of rendering`]
}
