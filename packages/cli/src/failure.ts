/** How a command ended, for scripts. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const

/** The same for people, at the end of the help. */
export const exitCodesText = `Ends with
  ${exitCodes.ok}  when all went well
  ${exitCodes.failed}  when it was refused, or a task failed
  ${exitCodes.usage}  when it was called wrongly, or there is no log-in
  ${exitCodes.unreachable}  when the gateway cannot be reached
`

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
