import { homedir, hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import { runCommand } from './program.ts'
import { readLines } from './read-lines.ts'
import { readSecret } from './read-secret.ts'
import type { Output } from './surroundings.ts'

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
  }
}

// A reader that has seen enough (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  cloneRoot: fileURLToPath(new URL('../../../', import.meta.url)),
  homeFolder: homedir(),
  hostName: hostname(),
  out: outputTo(process.stdout),
  err: outputTo(process.stderr),
  fetch,
  sleep: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  readSecret,
  lines: readLines,
})
