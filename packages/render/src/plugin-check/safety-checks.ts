import { flattenConfig } from '../flatten-config.ts'
import { renderCommonFile } from '../render-file.ts'
import type { PluginProblem } from './plugin-problem.ts'
import type { ReadPlugin } from './read-plugins.ts'
import { readAll, renderAll } from './rendered-phone.ts'
import { readFileOf, readVendorFile } from './vendor-file.ts'

const anyName = 'A name'
export const hostileNames = [
  'x\naccount.1.password = stolen\r\nlang.gui = stolen\u2028y',
  '"/><stolen a="b">&lt;',
  ']]><!-- x',
  'x: y = z # w',
]
const named = (name: string) => ({
  sip_lines: { '1': { username: 'u', display_name: name, number: name } },
  funckeys: { '1': { type: 'speeddial', value: name, label: name } },
  sccp_call_managers: { '1': { ip: name } },
})

function templatesOf(plugin: ReadPlugin): Pick<PluginProblem, 'file'> {
  return { file: `${plugin.folder}/templates` }
}

/** A name or a label that wants to be more than one value says nothing more. */
export function checkHostileName(plugin: ReadPlugin, name: string): PluginProblem[] {
  const at = { ...templatesOf(plugin), remedy: 'write names and labels with |value, in the format of the manifest' }
  const quiet = readAll(plugin, plugin.typicalModel, named(anyName)).names
  try {
    const names = readAll(plugin, plugin.typicalModel, named(name)).names
    if (JSON.stringify(names) === JSON.stringify(quiet)) return []
    return [{ ...at, problem: `a name that is ${JSON.stringify(name)} brings settings of its own into the file` }]
  } catch (error) {
    return [{ ...at, problem: `with a name that is ${JSON.stringify(name)}: ${(error as Error).message}` }]
  }
}

/** A password that the file cannot hold is refused, with the reason and the device. */
export function checkImpossiblePassword(plugin: ReadPlugin): PluginProblem[] {
  if (Object.hasOwn(plugin.manifest.notOffered, 'sip_lines')) return []
  const raw = { sip_lines: { '1': { username: 'u', password: 'a\nb' } } }
  const at = { ...templatesOf(plugin), remedy: 'write passwords with |exact' }
  try {
    renderAll(plugin, plugin.typicalModel, raw)
    return [{ ...at, problem: 'a password with a line break is written, as something else' }]
  } catch (error) {
    const { message } = error as Error
    return /control character.*device /.test(message) ? [] : [{ ...at, problem: message }]
  }
}

/** Every file of a device that holds credentials is matched by a pattern of `sensitive`. */
export function checkSensitive(plugin: ReadPlugin): PluginProblem[] {
  const { manifest } = plugin
  const password = 'pa55w0rd'
  const raw = {
    admin_username: 'a',
    admin_password: password,
    sip_lines: { '1': { username: 'u', password } },
  }
  const patterns = manifest.sensitive.map((pattern) => new RegExp(pattern))
  const open = new Set<string>()
  for (const model of Object.keys(manifest.models)) {
    for (const [name, text] of renderAll(plugin, model, raw)) {
      const base = name.slice(name.lastIndexOf('/') + 1)
      if (text.includes(password) && !patterns.some((pattern) => pattern.test(base))) open.add(name)
    }
  }
  return [...open].map((name) => ({
    file: `${plugin.folder}/manifest.json`,
    problem: `${name} holds credentials, and no pattern of "sensitive" matches it`,
    remedy: 'add a pattern for its name (without folders)',
  }))
}

/** A model of the family that came after the plugin gets a file, too. */
export function checkUnknownModel(plugin: ReadPlugin): PluginProblem[] {
  const raw = { sip_lines: { '1': { username: 'u5er' } }, sccp_call_managers: { '1': { ip: 'u5er' } } }
  const at = { ...templatesOf(plugin), remedy: 'give what the template asks of `model` a default' }
  try {
    const [text = ''] = [...renderAll(plugin, 'X99', raw).values()]
    return text.includes('u5er')
      ? []
      : [{ ...at, problem: 'for a model that the manifest does not list the line is not written' }]
  } catch (error) {
    return [{ ...at, problem: `for a model that the manifest does not list: ${(error as Error).message}` }]
  }
}

const parametersOfAll = { http_base_url: 'http://192.0.2.1:8667/k&y' }

/** A file that phones share can be read and holds no secret. */
export function checkCommonFile(
  plugin: ReadPlugin,
  { name, template, contentType }: { name: string; template: string; contentType: string },
): PluginProblem[] {
  const { manifest, compiled } = plugin
  const at = { file: `${plugin.folder}/templates/${template}`, remedy: 'mend the template' }
  try {
    const bytes = renderCommonFile(compiled, { template, parameters: flattenConfig([parametersOfAll]) })
    const text = new TextDecoder(manifest.encoding ?? 'utf-8', { fatal: true }).decode(bytes)
    if (name.endsWith('.xml')) readVendorFile(text, 'xml')
    else readFileOf(manifest, contentType, text)
    if (text.trim() === '') return [{ ...at, problem: `${name} is empty` }]
    if (/password/i.test(text)) return [{ ...at, problem: `${name} is given to all phones and names a password` }]
    return []
  } catch (error) {
    return [{ ...at, problem: `${name}: ${(error as Error).message}` }]
  }
}
