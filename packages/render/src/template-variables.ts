import type { Device, PluginManifest, RawConfig } from '@strowger/schema'
import { timezoneRule } from './timezone-rule.ts'

/** The part of a device that templates see. */
export type TemplateDevice = Partial<
  Pick<Device, 'id' | 'mac' | 'sn' | 'uuid' | 'vendor' | 'model' | 'version' | 'options'>
>

/** User name and password with which a phone fetches its files. */
export interface PhoneLogin {
  readonly username: string
  readonly password: string
}

/**
 * What a template can name: every parameter under its own name, the `XX_` names that templates of Wazo know,
 * `XX_http_username` and `XX_http_password` (none unless the phone needs them to fetch its files), and
 * `device`, `model` (its entry in the manifest), `tables` (of the manifest) and `timezone_rule`. No parameter can have
 * one of these names: they are neither standard nor begin with `X_`.
 */
export function templateVariables(
  manifest: PluginManifest,
  parameters: RawConfig,
  device: TemplateDevice,
  login?: PhoneLogin,
): Record<string, unknown> {
  const serverUrl = parameters.http_base_url ?? `http://${parameters.ip}:${parameters.http_port}`
  const { model, mac } = device
  const known = model !== undefined && Object.hasOwn(manifest.models, model) ? manifest.models[model] : undefined
  // Without prototype, so that a template finds under a name only what was put there.
  const variables: Record<string, unknown> = Object.create(null)
  return Object.assign(variables, parameters, {
    XX_options: device.options ?? {},
    XX_server_url: serverUrl,
    XX_server_url_without_scheme: serverUrl.replace(/^https?:\/\//, ''),
    XX_http_username: login?.username,
    XX_http_password: login?.password,
    device: mac === undefined ? device : { ...device, bare_mac: mac.replaceAll(':', '') },
    model: known,
    tables: manifest.tables ?? {},
    timezone_rule: typeof parameters.timezone === 'string' ? timezoneRule(parameters.timezone) : undefined,
  })
}
