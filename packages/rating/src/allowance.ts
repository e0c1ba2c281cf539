/** What is left and used of allowances, by node, allowance and period; changed as calls are rated in order. */
export interface AllowanceCounters {
  /** For storing: one row a counter. */
  entries(): readonly AllowanceCounter[]
}

export interface AllowanceCounter {
  readonly node: string
  readonly allowance: string
  /** [from, to) of the period, milliseconds UTC. */
  readonly fromMs: number
  readonly toMs: number
  /** Granted with what rolled over, and used: seconds, calls, or money as an integer at 8 digits. */
  readonly granted: number
  readonly used: number
}

export function createAllowanceCounters(_stored: readonly AllowanceCounter[] = []): AllowanceCounters {
  throw new Error('being built')
}
