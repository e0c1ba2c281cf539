/** What is wrong with a tariff, and where: `bands[1].steps[0].unitS`. */
export class TariffFault extends Error {
  override readonly name = 'TariffFault'
  readonly field: string
  constructor(field: string, problem: string) {
    super(problem)
    this.field = field
  }
}

/** A whole number in a range, or a TariffFault. */
export function wholeNumber(value: number, field: string, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new TariffFault(field, `${value} must be a whole number from ${least} to ${most}`)
}
