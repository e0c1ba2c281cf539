import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Database } from '@strowger/database'
import { Fault } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import * as client from 'openid-client'
import { insertSignIn } from '../store/sign-ins.ts'
import type { AccessSchema } from '../store/tables.ts'
import { findLoginOfExternal, findUser, type KnownUser, linkExternalId } from '../store/users.ts'
import { newSecretText, tokenHash } from './token-text.ts'

/** The provider and what we are to it. */
export interface OpenIdSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly claim: string
  /** Where the provider sends browsers back to. */
  readonly redirectUri: string
}

/** Sign-in by an OpenID Connect provider: authorization code with PKCE (RFC 7636), state and nonce. */
export interface OpenId {
  /** Where to send a browser, and the cookie that only this browser then shows. */
  begin(returnTo: string): Promise<{ url: string; cookie: string }>
  /**
   * When the provider has sent the browser back: a code that opens a session, once, within a minute, and where to go.
   * @throws Fault `unauthenticated` when anything of it does not hold; `forbidden` when no user may sign in so
   */
  end(url: URL, cookie: string | undefined): Promise<{ code: string; returnTo: string; user: KnownUser }>
}

interface Begun {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly returnTo: string
  readonly untilMs: number
}

const begunForMs = 600_000
const codeForMs = 60_000

export function createOpenId(parts: {
  settings: OpenIdSettings
  database: Database<AccessSchema>
  clock: Pick<Clock, 'now'>
}): OpenId {
  const { settings, database, clock } = parts
  // The same on every replica, so that the browser may come back to another one than it left.
  const cookieKey = createHmac('sha256', settings.clientSecret).update('strowger sign-in cookie').digest()
  let found: Promise<client.Configuration> | undefined

  /** Asked for when it is first needed, and again after a failure: the provider may start later than we do. */
  async function configuration(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = settings
    found ??= client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretPost(clientSecret), {
      timeout: 5,
      // A provider on the machine itself, as in tests; anywhere else it must be https.
      ...(isLocal(issuer) ? { execute: [client.allowInsecureRequests] } : {}),
    })
    try {
      return await found
    } catch (error) {
      found = undefined
      throw new Fault('unavailable', { detail: 'The OpenID provider is away', cause: error, internal: String(error) })
    }
  }

  async function userOf(claims: Readonly<Record<string, unknown>>): Promise<KnownUser> {
    const subject = String(claims['sub'] ?? '')
    const linked = await findLoginOfExternal(database, subject)
    if (linked !== undefined) return enabled(await findUser(database, linked))
    const login = claims[settings.claim]
    const isProven = settings.claim !== 'email' || claims['email_verified'] === true
    if (typeof login !== 'string' || !isProven) {
      throw new Fault('forbidden', { detail: `The provider gives no ${settings.claim} that it has verified` })
    }
    const user = enabled(await findUser(database, login))
    // Who has a password, or was another person to the provider, is not taken over by a name.
    if (user.passwordHash !== null || user.externalId !== null) {
      throw new Fault('forbidden', { detail: `The user ${login} does not sign in with this provider` })
    }
    await linkExternalId(database, user, subject)
    return user
  }

  function enabled(user: KnownUser | undefined): KnownUser {
    if (user?.enabled) return user
    throw new Fault('forbidden', { detail: 'There is no user here for this sign-in; an administrator adds it' })
  }

  return {
    async begin(returnTo) {
      const config = await configuration()
      const begun: Begun = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        returnTo,
        untilMs: clock.now() + begunForMs,
      }
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: settings.redirectUri,
        scope: 'openid email profile',
        state: begun.state,
        nonce: begun.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, cookie: sealed(begun, cookieKey) }
    },

    async end(url, cookie) {
      const begun = opened(cookie, cookieKey)
      if (begun === undefined || begun.untilMs < clock.now()) {
        throw new Fault('unauthenticated', { detail: 'This sign-in was not begun in this browser, or too long ago' })
      }
      const config = await configuration()
      let claims: client.IDToken | undefined
      try {
        const tokens = await client.authorizationCodeGrant(config, url, {
          pkceCodeVerifier: begun.verifier,
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          idTokenExpected: true,
        })
        claims = tokens.claims()
      } catch (error) {
        throw new Fault('unauthenticated', {
          detail: 'The provider did not confirm it',
          cause: error,
          internal: String(error),
        })
      }
      const user = await userOf(claims ?? {})
      const code = newSecretText('code')
      await insertSignIn(database, user, { hash: tokenHash(code), expiresAt: new Date(clock.now() + codeForMs) })
      return { code, returnTo: begun.returnTo, user }
    },
  }
}

function isLocal(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer)
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** AES-256-GCM, in base64url: nonce, tag, JSON. */
function sealed(begun: Begun, key: Buffer): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const hidden = Buffer.concat([cipher.update(JSON.stringify(begun), 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url')
}

function opened(text: string | undefined, key: Buffer): Begun | undefined {
  const bytes = Buffer.from(text ?? '', 'base64url')
  if (bytes.length < 29) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')) as Begun
  } catch {
    return undefined
  }
}
