/**
 * An IPv4 address in its usual form, from any that inet_aton takes: one to four numbers, decimal, octal (leading 0) or
 * hexadecimal (leading 0x), the last of which fills the bytes that are left. Undefined for anything else.
 */
export function ipv4FromText(text: string): string | undefined {
  const parts = text.split('.')
  if (parts.length > 4 || !parts.every((part) => /^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.test(part))) return undefined
  const numbers = parts.map((part) => (/^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part)))
  const last = numbers.pop() ?? 0
  const lastBytes = 4 - numbers.length
  if (last >= 256 ** lastBytes || numbers.some((number) => number > 255)) return undefined
  const tail = Array.from({ length: lastBytes }, (_, index) => Math.floor(last / 256 ** (lastBytes - 1 - index)) % 256)
  return [...numbers, ...tail].join('.')
}

/** Whether a phone can have this address: not "this network" (0/8), multicast or broadcast (224/3). */
export function isAddressOfHost(ipv4: string): boolean {
  const first = Number(ipv4.slice(0, ipv4.indexOf('.')))
  return first > 0 && first < 224
}
