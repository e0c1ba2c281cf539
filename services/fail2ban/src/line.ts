import { plainAddress, type SecurityObservation, withoutKeys } from '@strowger/schema'

/**
 * The lines that existing filters and jails read, to the byte: `[YYYY-MM-DD HH:MM:SS,mmm] <phrase> from <address>: <text>`,
 * in local time (a filter drops lines that seem older than its findtime, so the zone must be the one fail2ban runs in).
 * The address stands before any text that a caller chose, and that text cannot contain a line break.
 */
export function sensitiveFileLine(observation: Pick<SecurityObservation, 'address' | 'file' | 'at'>): string {
  return `[${localTime(observation.at)}] Sensitive file requested from ${shownAddress(observation.address)}: ${printable(observation.file)}`
}

/** In the shape of the others; wazo-provd writes none. `file` never holds the key. */
export function wrongKeyLine(observation: Pick<SecurityObservation, 'address' | 'file' | 'at'>): string {
  return `[${localTime(observation.at)}] Wrong provisioning key from ${shownAddress(observation.address)}: ${printable(withoutKeys(observation.file))}`
}

export function deviceCreatedLine(created: { address: string; device: string; at: string }): string {
  return `[${localTime(created.at)}] New device created automatically from ${shownAddress(created.address)}: ${printable(created.device)}`
}

/** A firewall must ban the address that the packets carry; what cannot stand in an address is left out. */
function shownAddress(address: string): string {
  return plainAddress(address).replaceAll(/[^0-9A-Fa-f:.%a-z]/g, '')
}

/** Control characters, and whatever could end a line, are written as \xNN or \uNNNN. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the log
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]/g, (character) => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

function localTime(instant: string): string {
  const at = new Date(instant)
  const two = (part: number) => String(part).padStart(2, '0')
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${date} ${time},${String(at.getMilliseconds()).padStart(3, '0')}`
}
