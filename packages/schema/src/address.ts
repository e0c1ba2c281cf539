const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/** IPv4 sources on a dual-stack socket are `::ffff:192.0.2.1`; everywhere in the house they are 192.0.2.1. */
export function plainAddress(address: string): string {
  return mapped.exec(address)?.[1] ?? address
}
