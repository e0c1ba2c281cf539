/** One unit of `from` is `rate` units of `to` on a day. Decimal text. */
export interface CurrencyRate {
  readonly from: string
  readonly to: string
  /** `YYYY-MM-DD`, local day of the call; a rate holds until the next one of its pair. */
  readonly day: string
  readonly rate: string
}
