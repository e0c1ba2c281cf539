import { Fault, type PluginManifest } from '@strowger/schema'
import { compileTemplate, type TemplateCode } from './template-compiler.ts'
import { TemplateSyntaxError } from './template-tree.ts'

/** A plugin whose templates are code: what `renderDeviceFile` works on. */
export interface CompiledPlugin {
  readonly manifest: PluginManifest
  /** By name, as `base.tpl`; an administrator's template before the plugin's own. Throws for one that is broken. */
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
}): CompiledPlugin {
  const compiled = new Map<string, TemplateCode>()
  const problems: string[] = []
  for (const [name, source] of parts.templates) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') problems.push(code)
    else compiled.set(name, code)
  }
  if (problems.length > 0) throw new Fault('render-failed', { detail: problems.join('; ') })
  const broken = new Map<string, string>()
  for (const [name, source] of parts.customTemplates ?? []) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') broken.set(name, code)
    else compiled.set(name, code)
  }
  return {
    manifest: parts.manifest,
    template(name) {
      const problem = broken.get(name)
      if (problem !== undefined) throw new Error(problem)
      return compiled.get(name)
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
