import type { RawConfig } from '@strowger/schema'

type Parameters = Readonly<Record<string, unknown>>

/**
 * The parameters of a device from those of the installation, its config's parents in their order, and its own, as
 * `layers`. Objects merge key by key; anything else, null too, replaces. At the end the standard defaults are filled in.
 * The layers are not changed, and share nothing with the result.
 */
export function flattenConfig(layers: readonly Parameters[]): RawConfig {
  const merged: Record<string, unknown> = {}
  for (const layer of layers) mergeInto(merged, layer)
  return withDefaults(merged)
}

function mergeInto(target: Record<string, unknown>, layer: Parameters): void {
  for (const [key, value] of Object.entries(layer)) {
    // A config is JSON from people: this name would change the prototype instead of setting a key.
    if (key === '__proto__') continue
    const present = target[key]
    if (isObject(value) && isObject(present)) mergeInto(present, value)
    else target[key] = copyOf(value)
  }
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isObject(value)) return value
  const copy: Record<string, unknown> = {}
  mergeInto(copy, value)
  return copy
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** In place: the object is our own. */
function withDefaults(raw: RawConfig): RawConfig {
  if (raw.syslog_enabled) {
    raw.syslog_port ??= 514
    raw.syslog_level ??= 'warning'
  }
  if (raw.sip_proxy_ip) raw.sip_registrar_ip ??= raw.sip_proxy_ip
  raw.sip_srtp_mode ??= 'disabled'
  raw.sip_transport ??= 'udp'
  raw.sip_lines ??= {}
  raw.sccp_call_managers ??= {}
  raw.funckeys ??= {}
  for (const line of Object.values(raw.sip_lines)) {
    if (!isObject(line)) continue
    if (line.proxy_ip) line.registrar_ip ??= line.proxy_ip
    if (line.username) line.auth_username ??= line.username
  }
  return raw
}
