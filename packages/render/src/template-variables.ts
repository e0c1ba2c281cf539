import type { Device, PluginManifest, RawConfig } from '@strowger/schema'
import type { Variables } from './code/template-context.ts'
import { globals } from './globals.ts'
import { timezoneRule } from './timezone-rule.ts'
import { isPlainObject } from './values/python-values.ts'

/** The part of a device that templates see. */
export type TemplateDevice = Partial<
  Pick<Device, 'id' | 'mac' | 'sn' | 'uuid' | 'vendor' | 'model' | 'version' | 'options'>
>

/** User name and password with which a phone fetches its files. */
export interface PhoneLogin {
  readonly username: string
  readonly password: string
}

/** Names beginning with XX_ that every family has. A plugin's variables template gives the others. */
export const commonLegacyNames: ReadonlySet<string> = new Set([
  'XX_options',
  'XX_server_url',
  'XX_server_url_without_scheme',
  'XX_http_username',
  'XX_http_password',
])

/**
 * What a template can name: every parameter under its own name, the `XX_` names that templates of Wazo know,
 * `XX_http_username` and `XX_http_password` (none unless the phone needs them to fetch its files), and `device`, `file`
 * (the name of its file that is made), `model` (its entry in the manifest), `tables` (of the manifest) and
 * `timezone_rule`. No parameter can have one of these names: they are neither standard nor begin with `X_`. Each is made
 * when it is first asked for.
 */
export class DeviceVariables implements Variables {
  readonly #manifest: PluginManifest
  readonly #parameters: Readonly<Record<string, unknown>>
  readonly #file: string | undefined
  readonly #device: TemplateDevice
  readonly #login: PhoneLogin | undefined
  readonly #copies: boolean
  readonly #made = new Map<string, unknown>()

  /** @param parts.copies templates get copies, because they may change what they get */
  constructor(parts: {
    manifest: PluginManifest
    parameters: RawConfig
    file?: string | undefined
    device: TemplateDevice
    login: PhoneLogin | undefined
    copies: boolean
  }) {
    this.#manifest = parts.manifest
    this.#parameters = parts.parameters
    this.#file = parts.file
    this.#device = parts.device
    this.#login = parts.login
    this.#copies = parts.copies
  }

  resolve(name: string): unknown {
    if (this.#made.size > 0 && this.#made.has(name)) return this.#made.get(name)
    const value = this.#own(name)
    if (value === undefined && !Object.hasOwn(this.#parameters, name)) return globals.get(name)
    if (!this.#copies) return value
    const copy = copyOf(value)
    this.#made.set(name, copy)
    return copy
  }

  /** Names that come before all others: those that begin with XX_, of what a variables template sets. */
  add(names: ReadonlyMap<string, unknown>): void {
    for (const [name, value] of names) if (name.startsWith('XX_')) this.#made.set(name, value)
  }

  #own(name: string): unknown {
    const { models, tables } = this.#manifest
    const { model, mac, options } = this.#device
    switch (name) {
      case 'XX_options':
        return options ?? {}
      case 'XX_server_url':
        return this.#serverUrl()
      case 'XX_server_url_without_scheme':
        return this.#serverUrl().replace(/^https?:\/\//, '')
      case 'XX_http_username':
        return this.#login?.username
      case 'XX_http_password':
        return this.#login?.password
      case 'file':
        return this.#file
      case 'device':
        return mac === undefined ? this.#device : { ...this.#device, bare_mac: mac.replaceAll(':', '') }
      case 'model':
        return model !== undefined && Object.hasOwn(models, model) ? models[model] : undefined
      case 'tables':
        return tables ?? {}
      case 'timezone_rule': {
        const zone = this.#parameters['timezone']
        return typeof zone === 'string' ? timezoneRule(zone) : undefined
      }
      default:
        return Object.hasOwn(this.#parameters, name) ? this.#parameters[name] : undefined
    }
  }

  #serverUrl(): string {
    const { http_base_url, ip, http_port } = this.#parameters
    return String(http_base_url ?? `http://${String(ip)}:${String(http_port)}`)
  }
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isPlainObject(value)) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item)
  return copy
}
