/// <reference path="./oidc-provider.d.ts" />
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface OpenIdProvider {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Goes through the provider’s own pages as this person; answers where they send the browser in the end. */
  signIn(url: string, person: string): Promise<URL>
  close(): Promise<void>
}

const people: Readonly<Record<string, object>> = {
  marie: { email: 'marie@example.com', email_verified: true },
  paul: { email: 'paul@example.com', email_verified: true },
  unproven: { email: 'marie@example.com', email_verified: false },
  nobody: { email: 'nobody@example.com', email_verified: true },
  admin: { email: 'admin', email_verified: true },
}

/** A real provider (npm oidc-provider) on a port of its own, with its pages for development. */
export async function startOpenIdProvider(redirectUri: string): Promise<OpenIdProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = { client_id: 'strowger', client_secret: 'a secret of the test, long enough' }
  const provider = new Provider(issuer, {
    clients: [{ ...client, redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_post' }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: [] },
    // Claims come in the ID token, too, as most providers do it.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: `sub-of-${id}`, ...people[id] }),
    }),
    cookies: { keys: ['a key of the test'] },
  })
  server.on('request', provider.callback())

  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    async signIn(url, person) {
      const cookies = new Map<string, string>()
      let next = new URL(url)
      let form: URLSearchParams | undefined
      for (let step = 0; step < 12; step++) {
        if (next.origin !== issuer) return next
        const response = await fetch(next, {
          method: form === undefined ? 'GET' : 'POST',
          redirect: 'manual',
          headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
          ...(form === undefined ? {} : { body: form }),
        })
        for (const cookie of response.headers.getSetCookie()) {
          const [pair = ''] = cookie.split(';')
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        const location = response.headers.get('location')
        form = undefined
        if (location !== null) next = new URL(location, next)
        else {
          // Its page asks for a name, or for the consent.
          const page = await response.text()
          const [, action = ''] = /<form[^>]*action="([^"]+)"/.exec(page) ?? []
          const [, prompt = ''] = /name="prompt" value="([^"]+)"/.exec(page) ?? []
          form = new URLSearchParams(prompt === 'login' ? { prompt, login: person, password: 'x' } : { prompt })
          next = new URL(action, next)
        }
      }
      throw new Error('the sign-in does not end')
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
