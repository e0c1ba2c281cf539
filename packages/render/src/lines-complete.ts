import type { RawConfig } from '@strowger/schema'

/** What a line has of all lines when it says nothing itself: `proxy_ip` is `sip_proxy_ip`, `voicemail` `exten_voicemail`. */
const inherited: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['proxy', 'backup_proxy', 'registrar', 'backup_registrar', 'outbound_proxy'].flatMap((server) => [
      [`${server}_ip`, `sip_${server}_ip`],
      [`${server}_port`, `sip_${server}_port`],
    ]),
  ),
  dtmf_mode: 'sip_dtmf_mode',
  srtp_mode: 'sip_srtp_mode',
  voicemail: 'exten_voicemail',
}

/**
 * The same parameters, each line with what it takes from the parameters for all lines: templates of Wazo read
 * `line['proxy_ip']` only. What nobody says stays away, so that `line['proxy_port']|d('…')` holds. Changes nothing.
 */
export function withLinesComplete(parameters: RawConfig): RawConfig {
  const all: Readonly<Record<string, unknown>> = parameters
  const lines = Object.entries(parameters.sip_lines ?? {}).map(([number, line]) => {
    if (typeof line !== 'object' || line === null) return [number, line]
    const complete: Record<string, unknown> = { ...line }
    for (const [name, general] of Object.entries(inherited)) {
      const value = complete[name] ?? all[general]
      if (value === undefined || value === null) delete complete[name]
      else complete[name] = value
    }
    return [number, complete]
  })
  return { ...parameters, sip_lines: Object.fromEntries(lines) }
}
