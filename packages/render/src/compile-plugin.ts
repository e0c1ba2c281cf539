import { Fault, type PluginManifest } from '@strowger/schema'
import { compileTemplate, type TemplateCode } from './template-compiler.ts'
import { TemplateSyntaxError } from './template-tree.ts'

/** A plugin whose templates are code: what `renderDeviceFile` works on. */
export interface CompiledPlugin {
  readonly manifest: PluginManifest
  /**
   * By name, as `base.tpl`: an administrator's template before the plugin's own, its own before that of the plugin it
   * extends. `<plugin id>/<name>` is the one that this plugin itself has. Throws for one that is broken.
   */
  template(name: string): TemplateCode | undefined
}

/**
 * Compiles all templates of a plugin. Throws Fault('render-failed') that names every broken line of the plugin's own
 * templates. A broken one of `customTemplates` (an administrator's) fails only the files that need it.
 */
export function compilePlugin(parts: {
  manifest: PluginManifest
  /** Text by name, as `base.tpl` or `common/keys.tpl`. */
  templates: ReadonlyMap<string, string>
  customTemplates?: ReadonlyMap<string, string>
  /** The plugin that this one extends. */
  parent?: CompiledPlugin
}): CompiledPlugin {
  const { manifest, parent } = parts
  const ownPrefix = `${manifest.id}/`
  const shipped = new Map<string, TemplateCode>()
  const custom = new Map<string, TemplateCode>()
  const problems: string[] = []
  if (manifest.extends !== undefined && parent === undefined) problems.push(`there is no plugin ${manifest.extends.id}`)
  for (const [name, source] of parts.templates) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') problems.push(code)
    else shipped.set(name, code)
  }
  if (problems.length > 0) throw new Fault('render-failed', { detail: problems.join('; ') })
  const broken = new Map<string, string>()
  for (const [name, source] of parts.customTemplates ?? []) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') broken.set(name, code)
    else custom.set(name, code)
  }
  return {
    manifest,
    template(name) {
      const problem = broken.get(name)
      if (problem !== undefined) throw new Error(problem)
      const own = custom.get(name) ?? shipped.get(name)
      if (own !== undefined) return own
      if (name.startsWith(ownPrefix)) return shipped.get(name.slice(ownPrefix.length))
      return parent?.template(name)
    },
  }
}

/** A template as code, or what is wrong with it as `name:line: problem`. */
export type CompiledTemplate = { readonly code: TemplateCode } | { readonly problem: string }

export function compiledTemplate(name: string, source: string): CompiledTemplate {
  const code = compiledOrProblem(name, source)
  return typeof code === 'string' ? { problem: code } : { code }
}

/**
 * The same plugin with an administrator's templates before its own; nothing is compiled again. A broken one of them
 * fails only the files that need it. `<plugin id>/<name>` is still the one that the plugin brings.
 */
export function withCustomTemplates(
  plugin: CompiledPlugin,
  custom: ReadonlyMap<string, CompiledTemplate>,
): CompiledPlugin {
  return {
    manifest: plugin.manifest,
    template(name) {
      const own = custom.get(name)
      if (own === undefined) return plugin.template(name)
      if ('problem' in own) throw new Error(own.problem)
      return own.code
    },
  }
}

/** What is wrong with a template, as `name:line: problem`; undefined when nothing is. */
export function templateProblem(name: string, source: string): string | undefined {
  const code = compiledOrProblem(name, source)
  return typeof code === 'string' ? code : undefined
}

function compiledOrProblem(name: string, source: string): TemplateCode | string {
  try {
    return compileTemplate(name, source)
  } catch (error) {
    const line = error instanceof TemplateSyntaxError ? `:${error.line}` : ''
    return `${name}${line}: ${(error as Error).message}`
  }
}
