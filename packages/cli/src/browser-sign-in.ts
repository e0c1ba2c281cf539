import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exitCodes, Failure } from './failure.ts'

const patienceMs = 300_000

/**
 * Lets a browser sign in with the OpenID provider of a gateway and come back here, to a port of this machine alone
 * (RFC 8252 §7.3). `tell` gets the address to open. Resolves to the code that opens a session, once, within a minute.
 * @throws Failure after five minutes.
 */
export async function signInByBrowser(url: string, tell: (address: string) => void): Promise<string> {
  // Who does not know the path cannot hand us a code of another sign-in.
  const path = `/${crypto.randomUUID()}`
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  let timer: NodeJS.Timeout | undefined
  try {
    const code = new Promise<string>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Failure('Nobody has signed in within five minutes', exitCodes.failed)),
        patienceMs,
      )
      server.on('request', (request, response) => {
        const asked = new URL(request.url ?? '/', 'http://127.0.0.1')
        const found = asked.searchParams.get('sign-in')
        if (asked.pathname !== path || found === null) return answer(response, 404, 'There is nothing here.')
        answer(response, 200, 'You are signed in. This page can be closed; the command line goes on.')
        response.on('close', () => resolve(found))
      })
    })
    const returnTo = encodeURIComponent(`http://127.0.0.1:${port}${path}`)
    tell(`${url}/api/v1/sign-in?return_to=${returnTo}`)
    return await code
  } finally {
    clearTimeout(timer)
    server.closeAllConnections()
    server.close()
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    // The address holds the code.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(`<!doctype html><meta charset="utf-8"><title>Strowger</title><p>${text}</p>\n`)
}
