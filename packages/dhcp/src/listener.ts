import { createSocket } from 'node:dgram'
import { heardFrom } from './datagram.ts'
import type { DhcpReport } from './report.ts'

/** Datagrams heard so far, by what came of them. */
export interface HeardCounts {
  reports: number
  nothing: number
  malformed: number
}

export interface DhcpListener {
  readonly port: number
  counts(): Readonly<HeardCounts>
  close(): Promise<void>
}

/**
 * Hears what DHCP clients ask of their server, and never answers. On 0.0.0.0 it hears the broadcasts of its own
 * segment, on whichever address what relays send it as to one server more. The port is not shared: with a server on
 * the same address one of both would lose what is meant for the other. Rejects when it cannot be taken.
 */
export async function listenToDhcp(options: {
  host: string
  /** 67, or 0 for any free one. */
  port: number
  onReport: (report: DhcpReport) => void
  onError: (error: unknown) => void
}): Promise<DhcpListener> {
  const { host, port, onReport, onError } = options
  const counts: HeardCounts = { reports: 0, nothing: 0, malformed: 0 }
  const socket = createSocket({ type: 'udp4', reuseAddr: false })
  socket.on('message', (datagram) => {
    const heard = heardFrom(datagram)
    if (heard.kind === 'malformed') counts.malformed += 1
    else if (heard.kind === 'nothing') counts.nothing += 1
    else {
      counts.reports += 1
      onReport(heard.report)
    }
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => {
      socket.off('error', reject)
      resolve()
    })
  })
  socket.on('error', onError)
  return {
    port: socket.address().port,
    counts: () => counts,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}
