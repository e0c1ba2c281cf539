import { Fault } from '@strowger/schema'

/** Nothing we take is nested deeper; JSON is read without recursion, but it is not written so. */
const maxDepth = 32

/**
 * The value of a JSON body.
 * @throws Fault `invalid-input` that says where it stops being JSON.
 */
export function jsonBody(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Fault('invalid-input', { detail: `The body is not JSON: ${placed(text, (error as Error).message)}` })
  }
  if (isDeeper(value, maxDepth)) {
    throw new Fault('invalid-input', { detail: `The body is nested deeper than ${maxDepth} levels` })
  }
  return value
}

/** Node says `… at position 10`; a person wants line and column. */
function placed(text: string, message: string): string {
  const [, what, position] = /^(.*?)(?: in JSON)? at position (\d+)/.exec(message) ?? []
  if (position === undefined)
    return text.trim() === '' ? 'it is empty' : `${message.replace(/ in JSON$/, '')} at its end`
  const before = text.slice(0, Number(position)).split('\n')
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${what}`
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  // A key `__proto__` is refused as deep as it may stand: whoever copies it by assignment would change a prototype.
  if (Object.hasOwn(value, '__proto__')) {
    throw new Fault('invalid-input', { detail: 'The body has a field with the name __proto__' })
  }
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}
