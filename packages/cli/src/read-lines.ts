import { createInterface } from 'node:readline'

/** Lines that are typed, with a history while it runs; at a terminal each after the prompt. Ends with the input. */
export async function* readLines(prompt: string): AsyncGenerator<string> {
  const isTerminal = process.stdin.isTTY === true
  const lines = createInterface({
    input: process.stdin,
    prompt,
    ...(isTerminal ? { output: process.stderr, historySize: 500, removeHistoryDuplicates: true } : {}),
  })
  if (isTerminal) lines.prompt()
  for await (const line of lines) {
    yield line
    if (isTerminal) lines.prompt()
  }
  if (isTerminal) process.stderr.write('\n')
}
