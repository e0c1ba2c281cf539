const separated = /(?<![0-9a-z])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-z])/gi
const bare = /(?<![0-9a-z])(?:sep|cfg|spa|config\.)?([0-9a-f]{12})(?![0-9a-f])/gi

/** Every MAC address that stands in a text, in any usual form, as lower case with colons. Texts are at most 512 bytes. */
export function macsIn(text: string): string[] {
  const found = new Set<string>()
  for (const [form] of text.matchAll(separated)) found.add(withColons(form.replaceAll(/[:-]/g, '')))
  for (const [, digits = ''] of text.matchAll(bare)) found.add(withColons(digits))
  return [...found]
}

function withColons(digits: string): string {
  return (digits.toLowerCase().match(/../g) ?? []).join(':')
}
