/**
 * A message of the Asterisk Manager Interface: `Key: value` lines, ended by an empty one. A key may stand several times
 * (`Variable`, `Output`), and order matters among those.
 */
export type AmiMessage = readonly (readonly [key: string, value: string])[]

/** The first value of a key, whatever the case of its letters. */
export function amiValue(message: AmiMessage, key: string): string | undefined {
  const wanted = key.toLowerCase()
  return message.find(([name]) => name.toLowerCase() === wanted)?.[1]
}

/** Throws RangeError for a key or value that would begin another line: Asterisk has no way to write one. */
export function encodeAmiMessage(message: AmiMessage): string {
  for (const [key, value] of message) {
    if (!/^[A-Za-z0-9_-]+$/.test(key)) throw new RangeError(`${JSON.stringify(key)} is no key of a manager action`)
    if (/[\r\n\0]/.test(value)) throw new RangeError(`the value of ${key} holds a line break`)
  }
  return `${message.map(([key, value]) => `${key}: ${value}\r\n`).join('')}\r\n`
}

/** Longest message that is taken: beyond it the other side does not speak this protocol. */
const maxMessageLength = 1_048_576

/**
 * Takes what arrives in pieces and gives whole messages. The first line of a connection (`Asterisk Call Manager/…`) is
 * none and is left out, as are lines without a colon. Throws RangeError when a message does not end.
 */
export function createAmiDecoder(): (chunk: string) => AmiMessage[] {
  let rest = ''
  let lines: (readonly [string, string])[] = []
  let length = 0

  return (chunk) => {
    const messages: AmiMessage[] = []
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    length += chunk.length
    for (const part of parts) {
      const line = part.endsWith('\r') ? part.slice(0, -1) : part
      const colon = line.indexOf(':')
      if (colon > 0) lines.push([line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')])
      if (line !== '') continue
      if (lines.length > 0) messages.push(lines)
      lines = []
      length = rest.length
    }
    if (length > maxMessageLength) throw new RangeError('a message of the manager interface does not end')
    return messages
  }
}
