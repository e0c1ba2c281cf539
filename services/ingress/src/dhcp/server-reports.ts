import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type DhcpReport, reportFromBody } from '@strowger/dhcp'
import { type ErrorCode, errors, Fault, plainAddress } from '@strowger/schema'
import type { Reporters } from './reporters.ts'

/** The longest list of options that a client can send is shorter. */
const maxBodyBytes = 65_536
/** More than DHCP servers have at once; what comes beyond is told to come back. */
const maxInFlight = 256

/** Ours, and the one that existing agents of DHCP servers post to, below whatever prefix. */
const paths = /^(?:\/dhcp|(?:\/[\w.-]+)*\/dev_mgr\/dhcpinfo)\/?$/

/**
 * `POST /dhcp`: a DHCP server tells what it has given to whom. 204 when it is stored, or known already; else
 * problem+json, 503 when it is worth telling again. `tell` rejects with a Fault.
 */
export function createReportListener(parts: {
  reporters: Reporters
  tell: (report: DhcpReport) => Promise<void>
  /** What was wrong with a request; never a secret. */
  onRefused: (code: ErrorCode, address: string) => void
}): RequestListener {
  const { reporters, tell, onRefused } = parts
  let inFlight = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = plainAddress(request.socket.remoteAddress ?? '')
    try {
      if (!paths.test((request.url ?? '').split('?', 1)[0] ?? '')) throw new Fault('not-found')
      if (request.method !== 'POST') throw new Fault('method-not-allowed')
      if (!reporters.isOne(address, request.headers)) throw new Fault('unauthenticated')
      if (inFlight >= maxInFlight) throw new Fault('unavailable', { detail: 'Too many reports at once' })
      inFlight += 1
      try {
        await tell(reportFromBody(jsonFrom(await bodyOf(request))))
      } finally {
        inFlight -= 1
      }
      response.writeHead(204).end()
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault('internal', { cause: error })
      onRefused(fault.code, address)
      refuse(fault, request, response)
    }
  }

  return (request, response) => void answer(request, response)
}

function refuse(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  const { code, detail, fields } = fault
  const { status, title, retry } = errors[code]
  const body = JSON.stringify({
    type: `/api/docs#${code}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(fields.length === 0 ? {} : { fields }),
  })
  // What was not read of the request is not worth reading: the connection closes behind the answer.
  if (!request.complete) request.resume()
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(request.complete ? {} : { connection: 'close' }),
    ...(retry === 'later' ? { 'retry-after': '5' } : {}),
    ...(code === 'method-not-allowed' ? { allow: 'POST' } : {}),
    ...(code === 'unauthenticated' ? { 'www-authenticate': 'Bearer realm="dhcp"' } : {}),
  })
  response.end(body)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const tooLarge = new Fault('too-large')
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBodyBytes) reject(tooLarge)
      else chunks.push(chunk)
    })
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
  })
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Fault('invalid-input', { detail: 'The body is not JSON', cause })
  }
}
