import type { TftpOption } from './packet.ts'

/** What this server is willing to agree to. */
export interface OptionLimits {
  /** Bytes, 8 to 65464 (RFC 2348). */
  readonly maxBlockSize: number
  /** Blocks, 1 to 65535 (RFC 7440). */
  readonly maxWindowSize: number
  /**
   * Bytes of a window. What a client's socket cannot take at once (some 200 KB on Linux with its overhead, less on a
   * phone) is lost, and each loss costs the client's time-out: 10 MB in windows of 128 KB took 30 s here, not 0.3.
   */
  readonly maxWindowBytes: number
  /** Seconds. A client that asks for more gets no answer to `timeout`: a dead client must not hold a socket for minutes. */
  readonly maxTimeoutS: number
}

export interface NegotiatedOptions {
  /** What goes into the OACK: only options that were asked for and understood. Empty: no OACK at all. */
  readonly accepted: readonly TftpOption[]
  readonly blockSize: number
  readonly windowSize: number
  /** Milliseconds between retransmissions, as the client asked; undefined leaves it to the server. */
  readonly timeoutMs: number | undefined
}

export const defaultOptionLimits: OptionLimits = {
  maxBlockSize: 65464,
  maxWindowSize: 64,
  maxWindowBytes: 65_536,
  maxTimeoutS: 10,
}

const defaultBlockSize = 512

/**
 * Decides what to acknowledge (RFC 2347, 2348, 2349, 7440). An option that is unknown, said twice or out of its range
 * is left out, as RFC 2347 wants; the transfer then goes on without it.
 *
 * @param byteLength the size of the file as it will be sent, the answer to `tsize`
 */
export function negotiateOptions(
  requested: readonly TftpOption[],
  byteLength: number,
  limits: OptionLimits = defaultOptionLimits,
): NegotiatedOptions {
  const accepted: TftpOption[] = []
  const seen = new Set<string>()
  let blockSize = defaultBlockSize
  let windowSize = 1
  let timeoutMs: number | undefined
  let window: { name: string; value: string } | undefined

  for (const { name, value } of requested) {
    const known = name.toLowerCase()
    if (seen.has(known)) continue
    seen.add(known)
    const asked = decimalFrom(value)
    if (asked === undefined) continue
    if (known === 'blksize' && asked >= 8 && asked <= 65464) {
      blockSize = Math.min(asked, limits.maxBlockSize)
      accepted.push({ name, value: String(blockSize) })
    } else if (known === 'tsize' && byteLength > 0) {
      // curl takes a size of 0 in an OACK for an error; without it, it reads the empty file.
      accepted.push({ name, value: String(byteLength) })
    } else if (known === 'timeout' && asked >= 1 && asked <= Math.min(255, limits.maxTimeoutS)) {
      timeoutMs = asked * 1000
      accepted.push({ name, value: String(asked) })
    } else if (known === 'windowsize' && asked >= 1 && asked <= 65535) {
      windowSize = Math.min(asked, limits.maxWindowSize)
      window = { name, value: String(windowSize) }
      accepted.push(window)
    }
  }
  if (window !== undefined) {
    // Known only now: the options may stand in any order.
    windowSize = Math.max(1, Math.min(windowSize, Math.floor(limits.maxWindowBytes / blockSize)))
    window.value = String(windowSize)
  }
  return { accepted, blockSize, windowSize, timeoutMs }
}

function decimalFrom(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}
