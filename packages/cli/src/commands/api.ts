import type { Command } from 'commander'
import { jsonFrom } from '../assignments.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export function addApi(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('api <method> <path> [json]')
      .description('asks REST itself, for what has no command')
      .action(async (verb: string, path: string, json: string | undefined) => {
        const method = verb.toUpperCase()
        if (!methods.includes(method)) throw new Failure(`"${verb}" is none of ${methods.join(', ')}`, exitCodes.usage)
        if (!path.startsWith('/')) throw new Failure(`The path begins with /: ${path}`, exitCodes.usage)
        const full = path.startsWith('/api/') ? path : `/api/v1${path}`
        const client = await tool.client()
        const answer = await client.ask(method, full, json === undefined ? {} : { body: jsonFrom('body', json) })
        if (answer !== undefined) tool.print([JSON.stringify(answer, undefined, 2)])
      }),
    ['strowger api GET /api/v1/devices?limit=1', `strowger api PATCH /configs/base '{"set":{"ntp_ip":"192.0.2.1"}}'`],
  )
}
