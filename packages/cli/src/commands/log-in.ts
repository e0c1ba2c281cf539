import { createSession, createToken, deleteSession, deleteToken } from '@strowger/schema'
import type { Command } from 'commander'
import { signInByBrowser } from '../browser-sign-in.ts'
import { createClient, restFrom } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'
import { forgetLogIn, keepLogIn, readLogIn } from '../session.ts'
import { type Tool, withExamples } from '../tool.ts'
import { durationS } from './tokens.ts'

export function addLogIn(program: Command, tool: Tool): void {
  const { around } = tool

  withExamples(
    program
      .command('login <url>')
      .description(
        'logs in with name and password, or by a browser, and keeps the session for the commands that follow',
      )
      .option('--user <name>', 'log-in', 'admin')
      .option('--openid', 'sign in with the OpenID provider of the gateway, in a browser on this machine')
      .option('--expires <duration>', 'make a token that lasts so long instead: 12h, 30d, 1y', durationS)
      .action(async (address: string, { user, openid = false, expires }) => {
        const url = gatewayUrl(address)
        const name = `strowger on ${around.hostName}`.slice(0, 100)
        const token = expires === undefined ? undefined : { name, expiresInS: expires }
        if (openid && token) throw new Failure('--expires needs a password: leave out --openid', exitCodes.usage)
        const authorization = openid ? await bySignIn(url) : await byPassword(url, user)
        const { method, path, body } = token ? restFrom(createToken, { token }) : restFrom(createSession, {})
        const client = createClient({ session: { url, token: '' }, fetch: around.fetch })
        const made = (await client.ask(method, path, {
          ...(body === undefined ? {} : { body }),
          headers: { 'x-auth-token': '', authorization },
        })) as Pick<typeof createSession.example.output, 'id' | 'text' | 'permission'> & { login?: string }
        const file = keepLogIn(around, { url, token: made.text, id: made.id, kind: token ? 'token' : 'session' })
        const shown = { url, user: made.login ?? user, permission: made.permission, file }
        tool.show(shown, () => [`Logged in at ${url} as ${shown.user} (${shown.permission}); kept in ${file}`])
      }),
    [
      'strowger login https://pbx.example',
      'strowger login https://pbx.example --openid',
      'strowger login http://127.0.0.1:8080 --user admin < password-file',
    ],
  )

  async function byPassword(url: string, user: string): Promise<string> {
    const password = await around.readSecret(`Password of ${user} at ${url}: `)
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  }

  async function bySignIn(url: string): Promise<string> {
    const code = await signInByBrowser(url, (opened) =>
      tool.note(`Open this in a browser of this machine:\n\n  ${opened}\n`),
    )
    return `Bearer ${code}`
  }

  withExamples(
    program
      .command('logout')
      .description('ends the log-in that was kept, and forgets it')
      .action(async () => {
        const kept = readLogIn(around)
        if (kept === undefined) throw new Failure('There is no log-in that was kept', exitCodes.failed)
        const client = createClient({ session: kept, fetch: around.fetch })
        try {
          if (kept.kind === 'session') await client.call(deleteSession, { id: 'current' })
          else if (kept.id) await client.call(deleteToken, { id: kept.id })
        } finally {
          forgetLogIn(around)
        }
        tool.show({ url: kept.url }, ({ url }) => [`Logged out of ${url}`])
      }),
    ['strowger logout'],
  )
}

function gatewayUrl(address: string): string {
  const text = /^https?:\/\//.test(address) ? address : `https://${address}`
  if (!URL.canParse(text)) throw new Failure(`"${address}" is no address: write https://pbx.example`, exitCodes.usage)
  return new URL(text).origin
}
