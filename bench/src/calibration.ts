import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@strowger/testkit'
import { ended, runLoad, startServer } from './child.ts'
import { cpuMs } from './machine.ts'
import { phone } from './phones.ts'
import type { HttpLoadOptions, HttpLoadResult } from './programs/http-load.ts'
import { isInstalled, runWrk } from './wrk.ts'

/** What one server did under one load. */
export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly errors: number
  /** CPU time of the server for each answer; of all of its processes that are named. */
  readonly cpuMsEach: number
}

export const inFlight = 64
/** Reference of the cached way when it is there; the own generator is used for many phones in any case. */
export const hasWrk = isInstalled('wrk')

/** One phone over and over with wrk, or many phones with the own generator. */
export async function measureHttp(
  target: { port: number; pid: number },
  load: Pick<HttpLoadOptions, 'firstPhone' | 'phones' | 'seconds' | 'asking'>,
): Promise<Measured> {
  const before = cpuMs(target.pid)
  const { port } = target
  if (load.phones === 1 && hasWrk) {
    const result = await runWrk({ port, phone: phone(load.firstPhone), inFlight, seconds: load.seconds })
    const spent = cpuMs(target.pid) - before
    return { ...result, cpuMsEach: spent / (result.perSecond * load.seconds) }
  }
  const result = await runLoad<HttpLoadResult>('http-load', { ...load, port, inFlight })
  return {
    perSecond: result.answers / result.seconds,
    p50Ms: result.latencies.p50,
    p99Ms: result.latencies.p99,
    errors: Object.values(result.refused).reduce((sum, count) => sum + count, 0),
    cpuMsEach: (cpuMs(target.pid) - before) / Math.max(1, result.answers),
  }
}

/** Bare node:http with the bytes of this file. */
export async function withNode<T>(
  file: string,
  work: (target: { port: number; pid: number }) => Promise<T>,
): Promise<T> {
  const server = await startServer('http-server', file)
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

/** nginx with one worker and this file for every path; undefined when nginx is not installed. */
export async function withNginx<T>(
  file: string,
  folder: string,
  port: number,
  work: (target: { port: number; pid: number }) => Promise<T>,
): Promise<T | undefined> {
  if (!isInstalled('nginx')) return undefined
  const place = join(folder, 'nginx')
  mkdirSync(place, { recursive: true })
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(place, kind)};`,
  )
  writeFileSync(
    join(place, 'nginx.conf'),
    `daemon off; master_process off; pid ${join(place, 'pid')}; error_log ${join(place, 'error.log')};
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000; ${temporary.join(' ')}
  server { listen 127.0.0.1:${port}; location / { alias ${file}; } location ~ . { root /; rewrite ^ ${file} break; } }
}
`,
  )
  const nginx = spawn('nginx', ['-c', join(place, 'nginx.conf'), '-p', place], { stdio: 'ignore' })
  try {
    await eventually(() => canConnect(port))
    return await work({ port, pid: nginx.pid ?? 0 })
  } finally {
    await ended(nginx)
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
