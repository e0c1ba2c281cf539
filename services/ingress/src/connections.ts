import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { plainAddress } from '@strowger/schema'
import { type Metrics, networkOf } from '@strowger/service'

/** How many connections are open at once, over all ports for HTTP and HTTPS: in all and from one source. */
export interface Connections {
  /** Counts the connections of a server; closes one that is too many before anything of it is read. */
  guard(server: HttpServer | HttpsServer): void
  readonly open: number
}

/**
 * @param maxPerSource the same for one IPv4 address or IPv6 /64; undefined behind proxies, of which all connections come
 */
export function createConnections(parts: {
  max: number
  maxPerSource: number | undefined
  metrics?: Metrics
}): Connections {
  const { max, maxPerSource = Number.POSITIVE_INFINITY, metrics } = parts
  const bySource = new Map<string, number>()
  let open = 0
  metrics?.observedGauge({ name: 'phone_connections', help: 'Connections of phones that are open' }, () => open)
  const refused = metrics
    ?.counter({ name: 'phone_connections_refused_total', help: 'Connections closed at once as they were too many' })
    .of({})

  function leave(source: string): void {
    open -= 1
    const own = bySource.get(source) ?? 0
    if (own <= 1) bySource.delete(source)
    else bySource.set(source, own - 1)
  }

  return {
    guard(server) {
      server.prependListener('connection', (socket: Socket) => {
        const source = networkOf(plainAddress(socket.remoteAddress ?? ''))
        const own = bySource.get(source) ?? 0
        if (open >= max || own >= maxPerSource) {
          refused?.add()
          // With a reset: no more memory of it here, nor a closing handshake with who may have a thousand of them.
          process.nextTick(() => socket.resetAndDestroy())
          return
        }
        open += 1
        bySource.set(source, own + 1)
        socket.once('close', () => leave(source))
      })
    },
    get open() {
      return open
    },
  }
}
