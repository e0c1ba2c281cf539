/** How a command ended, for scripts. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const

/** What went wrong, in words for a person; ends the command with its exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.failed, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** What the gateway refused, with its status and code. */
export class Refusal extends Failure {
  readonly status: number
  readonly code: string

  constructor(message: string, parts: { status: number; code: string }) {
    super(message)
    this.status = parts.status
    this.code = parts.code
  }
}
