import { Fault, type RawConfig } from '@strowger/schema'
import type { CompiledPlugin } from './compile-plugin.ts'
import { encodeText } from './encode-text.ts'
import { globals } from './globals.ts'
import { withLinesComplete } from './lines-complete.ts'
import { Meter, type RenderLimits } from './meter.ts'
import { TemplateFailure, TemplateRuntime } from './template-runtime.ts'
import { DeviceVariables, type PhoneLogin, type TemplateDevice } from './template-variables.ts'

/**
 * A device's file in the encoding of its family. The template is the first that there is of `<name>.tpl` (with its
 * folder or without), the one that
 * the manifest names for this file, `<pattern>.tpl`, `<model>.tpl`, `base.tpl`.
 *
 * @param asked.pattern as the manifest names it, `{mac}.cfg`
 * @param asked.name as the phone asks for it, `001565123456.cfg`
 * @param asked.parameters flattened, secrets open
 * @param asked.login with which the phone fetches its files, where it needs one
 * Throws Fault('render-failed') naming template, line and device.
 */
export function renderDeviceFile(
  plugin: CompiledPlugin,
  asked: {
    pattern: string
    name: string
    device: TemplateDevice
    parameters: RawConfig
    login?: PhoneLogin | undefined
    limits?: RenderLimits
  },
): Uint8Array {
  const { pattern, name, device } = asked
  return rendered(plugin, asked, () => {
    const byModel = device.model === undefined ? [] : [`${device.model}.tpl`]
    const named = plugin.manifest.files.device.find((file) => file.name === pattern)?.template
    // By its name alone too: 00085D2EECFB.cfg.tpl for what is fetched as Aastra/00085D2EECFB.cfg.
    const own = [...new Set([`${name}.tpl`, `${name.slice(name.lastIndexOf('/') + 1)}.tpl`])]
    const candidates = [...own, ...(named === undefined ? [`${pattern}.tpl`, ...byModel, 'base.tpl'] : [named])]
    const template = candidates.find((candidate) => plugin.template(candidate) !== undefined)
    if (template === undefined) throw new Error(`there is none of the templates ${candidates.join(', ')}`)
    return template
  })
}

/** A file that all devices of a tenant share. Throws as `renderDeviceFile`. */
export function renderCommonFile(
  plugin: CompiledPlugin,
  asked: { template: string; parameters: RawConfig; limits?: RenderLimits },
): Uint8Array {
  return rendered(plugin, { ...asked, device: {} }, () => asked.template)
}

const globalVariables = { resolve: (name: string) => globals.get(name) }

function rendered(
  plugin: CompiledPlugin,
  asked: {
    name?: string
    device: TemplateDevice
    parameters: RawConfig
    login?: PhoneLogin | undefined
    limits?: RenderLimits
  },
  chooseTemplate: () => string,
): Uint8Array {
  const { manifest } = plugin
  const { device, parameters, login, limits } = asked
  try {
    const template = chooseTemplate()
    const needs = plugin.needs(template)
    const runtime = new TemplateRuntime({
      meter: new Meter(limits),
      format: manifest.format,
      mayChange: needs.hasChanges,
      template: plugin.template,
      globals: globalVariables,
    })
    const variables = new DeviceVariables({
      manifest,
      parameters: needs.variables === undefined ? parameters : withLinesComplete(parameters),
      file: asked.name,
      device,
      login,
      copies: needs.hasChanges,
    })
    if (needs.variables !== undefined) variables.add(runtime.assigned(needs.variables, variables))
    return encodeText(runtime.render(template, variables), manifest)
  } catch (error) {
    const place = error instanceof TemplateFailure ? `${error.template}:${error.line}: ` : ''
    const who = device.mac ?? device.sn ?? device.uuid ?? device.id
    const about = who === undefined ? '' : ` (device ${who})`
    throw new Fault('render-failed', {
      detail: `${manifest.id}: ${place}${(error as Error).message}${about}`,
      cause: error,
    })
  }
}
