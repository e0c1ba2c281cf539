import { Fault, type PluginManifest } from '@strowger/schema'
import { compileTemplate, type TemplateCode } from './code/template-compiler.ts'
import { TemplateSyntaxError } from './language/syntax-error.ts'
import { commonLegacyNames } from './template-variables.ts'

/** A plugin whose templates are code: what `renderDeviceFile` works on. */
export interface CompiledPlugin {
  readonly manifest: PluginManifest
  /** All templates of it and of those it extends. */
  readonly templates: readonly TemplateCode[]
  /** What a rendering needs that begins with this template. */
  needs(template: string): TemplateNeeds
  /**
   * By name, as `base.tpl`: an administrator's template before the plugin's own, its own before that of the plugin it
   * extends. `<plugin id>/<name>` is the one that this plugin itself has. Throws for one that is broken.
   */
  template(name: string): TemplateCode | undefined
}

export interface TemplateNeeds {
  /** The template that gives the family's `XX_` variables, when this one, or one that it uses, asks for any. */
  readonly variables: string | undefined
  /** One of them changes lists or dicts: they get copies. */
  readonly hasChanges: boolean
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
  const shipped = new Map<string, TemplateCode>()
  const problems: string[] = []
  if (manifest.extends !== undefined && parent === undefined) problems.push(`there is no plugin ${manifest.extends.id}`)
  for (const [name, source] of parts.templates) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') problems.push(code)
    else shipped.set(name, code)
  }
  if (problems.length > 0) throw new Fault('render-failed', { detail: problems.join('; ') })
  const custom = new Map<string, TemplateCode>()
  const broken = new Map<string, string>()
  for (const [name, source] of parts.customTemplates ?? []) {
    const code = compiledOrProblem(name, source)
    if (typeof code === 'string') broken.set(name, code)
    else custom.set(name, code)
  }
  const ownPrefix = `${manifest.id}/`
  const templates = [...shipped.values(), ...custom.values(), ...(parent?.templates ?? [])]
  const variables = manifest.variables ?? parent?.manifest.variables
  return withNeeds(variables, {
    manifest,
    templates,
    template(name) {
      const own = custom.get(name)
      if (own !== undefined) return own
      const problem = broken.get(name)
      if (problem !== undefined) throw new Error(problem)
      return (
        shipped.get(name) ??
        (name.startsWith(ownPrefix) ? shipped.get(name.slice(ownPrefix.length)) : parent?.template(name))
      )
    },
  })
}

/** Works out once for each template what is needed for it: names that old templates know are work. */
function withNeeds(
  variables: string | undefined,
  plugin: Pick<CompiledPlugin, 'manifest' | 'templates' | 'template'>,
): CompiledPlugin {
  const known = new Map<string, TemplateNeeds>()
  return {
    ...plugin,
    needs(template) {
      const needs = known.get(template) ?? needsOf(plugin, variables, template)
      known.set(template, needs)
      return needs
    },
  }
}

function needsOf(
  plugin: Pick<CompiledPlugin, 'templates' | 'template'>,
  variables: string | undefined,
  template: string,
): TemplateNeeds {
  const used = templatesUsed(plugin, template)
  const asks = used.some(
    ({ name, legacyNames }) => name !== variables && [...legacyNames].some((each) => !commonLegacyNames.has(each)),
  )
  if (variables === undefined || !asks) return { variables: undefined, hasChanges: used.some(changes) }
  return { variables, hasChanges: [...used, ...templatesUsed(plugin, variables)].some(changes) }
}

const changes = ({ hasChanges }: TemplateCode) => hasChanges

/** A template and those that it includes, imports or extends; all there are when it works out a name. */
function templatesUsed(
  { templates, template }: Pick<CompiledPlugin, 'templates' | 'template'>,
  first: string,
): readonly TemplateCode[] {
  const used = new Map<string, TemplateCode>()
  const names = new Set([first])
  for (const name of names) {
    const code = templateOrNone(template, name)
    if (code === undefined) continue
    if (code.references === undefined) return templates
    used.set(name, code)
    for (const other of code.references) names.add(other)
  }
  return [...used.values()]
}

/** A broken template is an error when it is rendered, not when another one is looked through. */
function templateOrNone(template: CompiledPlugin['template'], name: string): TemplateCode | undefined {
  try {
    return template(name)
  } catch {
    return undefined
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
  const added = [...custom.values()].flatMap((each) => ('code' in each ? [each.code] : []))
  return withNeeds(plugin.manifest.variables, {
    manifest: plugin.manifest,
    templates: [...added, ...plugin.templates],
    template(name) {
      const own = custom.get(name)
      if (own === undefined) return plugin.template(name)
      if ('problem' in own) throw new Error(own.problem)
      return own.code
    },
  })
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
