/** A number that moved: from then on calls to it are rated by the form that `ported` says. */
export interface PortedNumber {
  /** E.164 digits. */
  readonly number: string
  readonly fromMs: number
  readonly toMs: number
  /** Number or carrier prefix by which it is rated. */
  readonly ported: string
}
