/** Everything a command touches of the world; tests give their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of the clone that this command lives in. */
  readonly cloneRoot: string
  readonly homeFolder: string
  readonly hostName: string
  readonly out: Output
  readonly err: Output
  readonly fetch: typeof fetch
  sleep(durationMs: number): Promise<void>
  /** A line that must not be shown while it is typed; from standard input when that is no terminal. */
  readSecret(prompt: string): Promise<string>
  /** Lines of standard input, each after the prompt where it is a terminal. */
  lines(prompt: string): AsyncIterable<string>
}

export interface Output {
  write(text: string): void
  /** Columns of the terminal; undefined when it is none, and then nothing is cut. */
  readonly columns: number | undefined
}
