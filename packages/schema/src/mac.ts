/**
 * A MAC address in the one form it has in the house: lower case with colons. Taken are 12 hexadecimal digits without
 * separator, or six groups of one or two digits with one kind of separator (`:`, `-`, `.`). Undefined for anything else.
 */
export function normalizedMac(text: string): string | undefined {
  const bare = /^[0-9a-f]{12}$/i.exec(text)
  if (bare) return (text.toLowerCase().match(/../g) ?? []).join(':')
  const separator = /[:.-]/.exec(text)?.[0]
  if (separator === undefined) return undefined
  const groups = text.toLowerCase().split(separator)
  if (groups.length !== 6 || !groups.every((group) => /^[0-9a-f]{1,2}$/.test(group))) return undefined
  return groups.map((group) => group.padStart(2, '0')).join(':')
}
