import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from './metrics.ts'

/** Whether a part of a service can do its work, and why not. */
export interface HealthState {
  ok: boolean
  /** What is wrong, for an operator; may be given when ok, too. */
  reason?: string
}

export interface Health {
  /** Adds a check. It must not wait: it is asked often. Returns itself, for chaining. */
  add(name: string, check: () => HealthState): Health
  /** Removes a check. */
  remove(name: string): void
  /** All checks now. Ready when every one is ok. */
  state(): { ready: boolean; checks: ({ name: string } & HealthState)[] }
}

export function createHealth(): Health {
  const checks = new Map<string, () => HealthState>()
  const run = (name: string, check: () => HealthState): { name: string } & HealthState => {
    try {
      return { name, ...check() }
    } catch (error) {
      return { name, ok: false, reason: `the check itself failed: ${String(error)}` }
    }
  }
  const health: Health = {
    add(name, check) {
      checks.set(name, check)
      return health
    },
    remove(name) {
      checks.delete(name)
    },
    state() {
      const results = [...checks].map(([name, check]) => run(name, check))
      return { ready: results.every((result) => result.ok), checks: results }
    },
  }
  return health
}

export interface HealthServer {
  /** The port it listens on, also when port 0 was asked for. */
  port: number
  close(): Promise<void>
}

/**
 * Answers `/health/live` (200 while the process turns), `/health/ready` (200 or 503, with each check and its reason)
 * and `/metrics` (Prometheus). Rejects when the port cannot be had.
 */
export async function listenHealth(options: {
  service: string
  health: Health
  metrics: Metrics
  host: string
  port: number
}): Promise<HealthServer> {
  const { service, health, metrics } = options
  const json = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/health/live') return json(response, 200, { service, live: true })
    if (path === '/health/ready') {
      const state = health.state()
      return json(response, state.ready ? 200 : 503, { service, ...state })
    }
    if (path === '/metrics') {
      metrics.render().then(
        ({ contentType, body }) => {
          response.writeHead(200, { 'content-type': contentType })
          response.end(body)
        },
        () => json(response, 500, { service, error: 'metrics could not be rendered' }),
      )
      return
    }
    json(response, 404, { service, paths: ['/health/live', '/health/ready', '/metrics'] })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
