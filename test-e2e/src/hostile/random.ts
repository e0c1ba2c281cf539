/** Random choices that a seed repeats. */
export interface Random {
  /** From 0 to below `end`. */
  below(end: number): number
  /** True in one of so many cases. */
  oneIn(cases: number): boolean
  pick<Choice>(choices: readonly Choice[]): Choice
  bytes(length: number): Buffer
}

/** xorshift32 (Marsaglia 2003): all that is asked of it is that the same seed gives the same attack. */
export function createRandom(seed: number): Random {
  let state = seed | 0 || 1
  function next(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const below = (end: number) => next() % end
  return {
    below,
    oneIn: (cases) => below(cases) === 0,
    pick: (choices) => choices[below(choices.length)] as (typeof choices)[number],
    bytes(length) {
      const bytes = Buffer.allocUnsafe(length)
      for (let at = 0; at < length; at++) bytes[at] = next() & 0xff
      return bytes
    },
  }
}

/** An address of this machine that no test uses; 127.64.0.0 to 127.127.255.255. */
export function anyAddress(random: Random): string {
  return `127.${64 + random.below(64)}.${random.below(256)}.${1 + random.below(254)}`
}

const pieces = [
  '..',
  '%2e%2e',
  '%00',
  '\0',
  '\\',
  '%5c',
  '%c0%ae%c0%ae',
  '//',
  '/',
  '\u00e9',
  '\u{1f4de}',
  '%zz',
  '%',
  ';',
  '?',
  '#',
  '$(id)',
  "' or 1=1--",
  '{{7*7}}',
  '\r\nSet-Cookie: a=b',
  'etc/passwd',
  '001565ffffff.cfg',
  '001565123456.cfg',
  'y000000000000.cfg',
  '0'.repeat(64),
  'a'.repeat(513),
]

/** A name as somebody writes it who looks for a way in. */
export function hostileName(random: Random): string {
  let name = ''
  for (let parts = 1 + random.below(5); parts > 0; parts--) {
    name += random.oneIn(3) ? random.bytes(1 + random.below(12)).toString('latin1') : random.pick(pieces)
    if (random.oneIn(2)) name += '/'
  }
  return name
}

/** A MAC address of a vendor whose phones are known here. */
export function anyMac(random: Random): string {
  return `001565${random.below(0x1000000).toString(16).padStart(6, '0')}`
}
