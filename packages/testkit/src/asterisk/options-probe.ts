import { createSocket } from 'node:dgram'

/** How long answers took, in milliseconds, sorted. */
export interface AnswerTimes {
  readonly all: readonly number[]
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Without an answer for three seconds. */
  readonly lost: number
}

/** Asks a SIP server OPTIONS again and again: what a phone feels. */
export interface OptionsProbe {
  stop(): Promise<AnswerTimes>
}

/** Sends the next one `everyMs` after the last was answered, to 127.0.0.1. */
export async function startOptionsProbe(sipPort: number, everyMs = 2): Promise<OptionsProbe> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  const all: number[] = []
  let number = 0
  let lost = 0
  let sentMs = 0
  let patience: NodeJS.Timeout
  let next: NodeJS.Timeout

  function send(): void {
    number++
    const lines = [
      `OPTIONS sip:127.0.0.1:${sipPort} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};rport;branch=z9hG4bKprobe${number}`,
      `From: <sip:probe@127.0.0.1>;tag=${number}`,
      'To: <sip:127.0.0.1>',
      `Call-ID: ${number}-${port}`,
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
    ]
    sentMs = performance.now()
    socket.send(`${lines.join('\r\n')}\r\n\r\n`, sipPort, '127.0.0.1')
    patience = setTimeout(() => {
      lost++
      send()
    }, 3_000)
  }
  socket.on('message', (message) => {
    if (!String(message).includes(`\r\nCall-ID: ${number}-${port}\r\n`)) return
    clearTimeout(patience)
    all.push(performance.now() - sentMs)
    next = setTimeout(send, everyMs)
  })
  send()
  return {
    async stop() {
      clearTimeout(patience)
      clearTimeout(next)
      await new Promise<void>((resolve) => socket.close(() => resolve()))
      all.sort((one, other) => one - other)
      const at = (share: number) => all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN
      return { all, p50: at(0.5), p99: at(0.99), max: at(1), lost }
    },
  }
}
