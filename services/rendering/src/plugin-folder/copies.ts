import { TemplateName } from '@strowger/schema'
import { Compile } from 'typebox/compile'
import type { LoadedPlugin } from '../plugin-library.ts'

const isTemplateName = Compile(TemplateName)

/**
 * What stands in `templates/` of a plugin's folder: its templates, and for each model without one of its own a
 * `<model>.tpl` that makes just what base.tpl makes, to be copied and added to.
 */
export function templateCopies(plugin: LoadedPlugin): Map<string, Uint8Array> {
  const copies = new Map<string, Uint8Array>()
  for (const [name, { text }] of plugin.shipped) copies.set(name, Buffer.from(text))
  if (!copies.has('base.tpl')) return copies
  for (const model of Object.keys(plugin.manifest.models)) {
    const name: string = `${model}.tpl`
    if (!copies.has(name) && isTemplateName.Check(name)) copies.set(name, Buffer.from('{% include "base.tpl" %}\n'))
  }
  return copies
}
