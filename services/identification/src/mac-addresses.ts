const separated = /(?<![0-9a-z])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-z])/gi
const bare = /(?<![0-9a-z])(?:sep|cfg|spa|config\.)?([0-9a-f]{12})(?![0-9a-f])/gi
/** Its last part would look like an address. */
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi

const shortest = 12

/** Every MAC address that stands in a text, in any usual form, as lower case with colons. Texts are at most 512 bytes. */
export function macsIn(text: string): string[] {
  if (text.length < shortest) return []
  const found = new Set<string>()
  // Most texts have neither: a look for the character is cheaper than one for the form.
  const hasHyphen = text.includes('-')
  const apart = hasHyphen ? text.replaceAll(uuid, ' ') : text
  if (hasHyphen || text.includes(':'))
    for (const [form] of apart.matchAll(separated)) found.add(withColons(form.replaceAll(/[:-]/g, '')))
  for (const [, digits = ''] of apart.matchAll(bare)) found.add(withColons(digits))
  // Not an address: what phones ask for that want the file of all (000000000000.cfg).
  found.delete('00:00:00:00:00:00')
  return [...found]
}

function withColons(digits: string): string {
  return (digits.toLowerCase().match(/../g) ?? []).join(':')
}
