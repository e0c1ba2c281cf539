import { createSession, createToken, deleteSession, deleteToken } from '@strowger/schema'
import type { Command } from 'commander'
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
      .description('logs in with name and password, and keeps the session for the commands that follow')
      .option('--user <name>', 'log-in', 'admin')
      .option('--expires <duration>', 'make a token that lasts so long instead: 12h, 30d, 1y', durationS)
      .action(async (address: string, { user, expires }) => {
        const url = gatewayUrl(address)
        const password = await around.readSecret(`Password of ${user} at ${url}: `)
        const name = `strowger on ${around.hostName}`.slice(0, 100)
        const { method, path, body } =
          expires === undefined
            ? restFrom(createSession, {})
            : restFrom(createToken, { token: { name, expiresInS: expires } })
        const client = createClient({ session: { url, token: '' }, fetch: around.fetch })
        const basic = Buffer.from(`${user}:${password}`).toString('base64')
        const made = (await client.ask(method, path, {
          ...(body === undefined ? {} : { body }),
          headers: { 'x-auth-token': '', authorization: `Basic ${basic}` },
        })) as typeof createToken.example.output
        const kind = expires === undefined ? 'session' : 'token'
        const file = keepLogIn(around, { url, token: made.text, id: made.id, kind })
        tool.show({ url, user, permission: made.permission, file }, () => [
          `Logged in at ${url} as ${user} (${made.permission}); kept in ${file}`,
        ])
      }),
    ['strowger login https://pbx.example', 'strowger login http://127.0.0.1:8080 --user admin < password-file'],
  )

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
