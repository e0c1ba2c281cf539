import type { NotifyTarget } from '@strowger/asterisk'
import type { Device, RawConfig } from '@strowger/schema'

/**
 * Where a phone hears a NOTIFY, the better place first: the endpoint it registers as, then its address. Phones that
 * nobody has configured share one SIP account, which names none of them. Empty when nothing is known. Pure.
 */
export function noticeTargets(
  { ip }: Pick<Device, 'ip'>,
  config: { readonly id: string; readonly parameters: RawConfig } | undefined,
): NotifyTarget[] {
  const endpoint = config && !config.id.startsWith('autoprov') ? firstUserName(config.parameters) : undefined
  return [
    ...(endpoint === undefined ? [] : [{ endpoint }]),
    ...(ip === undefined ? [] : [{ uri: `sip:anonymous@${ip.includes(':') ? `[${ip}]` : ip}` }]),
  ]
}

function firstUserName({ sip_lines: lines = {} }: RawConfig): string | undefined {
  const [first] = Object.entries(lines as Readonly<Record<string, { username?: unknown }>>).sort(
    ([one], [other]) => Number(one) - Number(other),
  )
  const name = first?.[1].username
  return typeof name === 'string' && name !== '' ? name : undefined
}

/** For people: `endpoint 1001`, `sip:anonymous@192.0.2.7`. */
export function targetName(target: NotifyTarget): string {
  return 'endpoint' in target ? `endpoint ${target.endpoint}` : target.uri
}
