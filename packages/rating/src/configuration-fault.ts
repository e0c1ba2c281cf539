/** What must not be saved: which item, and why. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault'
  readonly kind: 'provider' | 'node' | 'claim' | 'plan' | 'deck' | 'vendor' | 'allowance' | 'rate' | 'zone'
  readonly id: string
  readonly problem: string

  constructor(kind: ConfigurationFault['kind'], id: string, problem: string) {
    super(`${kind} ${id}: ${problem}`)
    this.kind = kind
    this.id = id
    this.problem = problem
  }
}
