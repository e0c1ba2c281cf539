const userClassCode = 77

/** Longest value that identification looks at. */
const maxTextBytes = 512

/**
 * The value of a DHCP option as patterns see it: each byte is one character (Latin-1), a trailing NUL is kept, because
 * some phones are told apart by it. Cut to 512 bytes. Only the user class has a form of its own; see `userClassText`.
 */
export function optionText(code: number, value: Uint8Array): string {
  const bytes = code === userClassCode ? userClassText(value) : value
  return Buffer.from(bytes.subarray(0, maxTextBytes)).toString('latin1')
}

/**
 * RFC 3004 makes the user class (77) a list of texts, each behind a byte with its length. Many clients leave that byte
 * out and send the bare text. Both come out as the text; several classes are joined by commas.
 */
function userClassText(value: Uint8Array): Uint8Array {
  const classes: Uint8Array[] = []
  for (let at = 0; at < value.length; ) {
    const length = value[at] ?? 0
    if (length === 0 || at + 1 + length > value.length) return value
    classes.push(value.subarray(at + 1, at + 1 + length))
    at += 1 + length
  }
  return Buffer.from(classes.map((each) => Buffer.from(each).toString('latin1')).join(','), 'latin1')
}
