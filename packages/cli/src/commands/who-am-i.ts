import { whoAmI } from '@strowger/schema'
import type { Command } from 'commander'
import { type Tool, withExamples } from '../tool.ts'

export function addWhoAmI(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('whoami')
      .description('as whom, where and for which tenant the commands act')
      .action(async () => {
        const client = await tool.client()
        const { url } = client.session
        const me = await client.call(whoAmI, {})
        tool.show({ url, ...me }, ({ actor, kind, permission, scopes, tenant }) => [
          `${actor} (${permission}${scopes === undefined ? '' : `: ${scopes.join(', ')}`}) at ${url}, by a ${kind}`,
          `for the tenant ${tenant.name} ${tenant.id}`,
        ])
      }),
    ['strowger whoami', 'strowger --tenant "Hotel Paris" whoami'],
  )
}
