import type { Socket } from 'node:net'
import { Fault } from '@strowger/schema'
import type { Clock } from '@strowger/service'

/** One run of the dialplan application AGI(): a call that asks us what to do (FastAGI, Asterisk’s own protocol). */
export interface AgiSession {
  /** What Asterisk says of the call at the beginning, without the prefix: `request`, `channel`, `callerid`, `arg_1` … */
  readonly about: ReadonlyMap<string, string>
  /** The value of a variable or function of the dialplan, as `CHANNEL(endpoint)`; empty when it has none. */
  read(expression: string): Promise<string>
  /** Sets a variable of the channel. */
  write(name: string, value: string): Promise<void>
  close(): void
}

const maxLineLength = 8_192
const maxAboutLines = 200

/**
 * Takes a connection that Asterisk has opened. Rejects with Fault `invalid-input` when it speaks something else,
 * `unavailable` when it ends or stays silent for `timeoutMs`.
 */
export async function acceptAgi(socket: Socket, options: { clock: Clock; timeoutMs: number }): Promise<AgiSession> {
  const nextLine = lineReader(socket, options)
  const about = new Map<string, string>()
  for (let line = await nextLine(); line !== ''; line = await nextLine()) {
    const [, name, value = ''] = /^agi_(\w+): ?(.*)$/.exec(line) ?? []
    if (name === undefined || about.size >= maxAboutLines) {
      socket.destroy()
      throw new Fault('invalid-input', { detail: 'This is no FastAGI connection' })
    }
    about.set(name, value)
  }

  async function command(text: string): Promise<string> {
    if (/[\r\n\0]/.test(text)) throw new RangeError('an AGI command holds a line break')
    socket.write(`${text}\n`)
    let answer = await nextLine()
    // Said once, in between, when the caller hangs up.
    if (answer === 'HANGUP') answer = await nextLine()
    if (!answer.startsWith('200 '))
      throw new Fault('conflict', { detail: `Asterisk refused an AGI command: ${answer}` })
    return answer
  }
  const quoted = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

  return {
    about,
    async read(expression) {
      return (
        /^200 result=1 \((.*)\)$/s.exec(await command(`GET FULL VARIABLE ${quoted(`\${${expression}}`)}`))?.[1] ?? ''
      )
    },
    async write(name, value) {
      await command(`SET VARIABLE ${quoted(name)} ${quoted(value)}`)
    },
    close: () => socket.end(),
  }
}

/** Lines in order, each when it is asked for. */
function lineReader(socket: Socket, { clock, timeoutMs }: { clock: Clock; timeoutMs: number }): () => Promise<string> {
  const lines: string[] = []
  let rest = ''
  let problem: Fault | undefined
  let wake: () => void = () => {}
  const end = (reason: string) => {
    problem ??= new Fault('unavailable', { detail: `The AGI connection: ${reason}` })
    socket.destroy()
    wake()
  }
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts.map((line) => line.replace(/\r$/, '')))
    if (rest.length > maxLineLength || lines.length > maxAboutLines) end('a line does not end')
    wake()
  })
  socket.on('error', (error) => end(error.message))
  socket.once('close', () => end('it was closed'))
  return async () => {
    const patience = clock.after(timeoutMs, () => end(`nothing was said for ${timeoutMs} ms`))
    try {
      for (;;) {
        const line = lines.shift()
        if (line !== undefined) return line
        if (problem) throw problem
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      patience.cancel()
    }
  }
}
