/** A number that moved: while it holds, calls to it are rated by the form that `ported` says. */
export interface PortedNumber {
  /** E.164 digits. */
  readonly number: string
  readonly fromMs: number
  readonly toMs: number
  /** Number or carrier prefix by which it is rated. */
  readonly ported: string
}

/** The form by which a number is rated at an instant; undefined where it did not move. The latest start wins. */
export function createPortability(list: readonly PortedNumber[]): (number: string, atMs: number) => string | undefined {
  const byNumber = new Map<string, PortedNumber[]>()
  for (const one of list) {
    const known = byNumber.get(one.number)
    if (known) known.push(one)
    else byNumber.set(one.number, [one])
  }
  for (const known of byNumber.values()) known.sort((a, b) => b.fromMs - a.fromMs)
  if (byNumber.size === 0) return () => undefined
  return (number, atMs) => byNumber.get(number)?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.ported
}
