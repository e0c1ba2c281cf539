import { getPolicy, updatePolicy } from '@strowger/schema'
import { type Command, Option } from 'commander'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

export function addPolicy(program: Command, tool: Tool): void {
  const policy = program.command('policy').description('how the phones of a tenant are treated')

  withExamples(
    policy
      .command('get')
      .description('the policy of the tenant')
      .action(async () => {
        tool.show(await (await tool.client()).call(getPolicy, {}), details)
      }),
    ['strowger policy get', 'strowger policy get --tenant "Hotel Paris"'],
  )

  withExamples(
    policy
      .command('set')
      .description('changes the policy of the tenant')
      .addOption(new Option('--nat <yes|no>', 'several phones share one address').choices(['yes', 'no']))
      .addOption(new Option('--address-change <what>', 'a phone asks from elsewhere').choices(['allow', 'refuse']))
      .action(async ({ nat, addressChange }) => {
        if (nat === undefined && addressChange === undefined) {
          throw new Failure('Say what to change: --nat or --address-change', exitCodes.usage)
        }
        const changed = {
          ...(nat === undefined ? {} : { nat: nat === 'yes' }),
          ...(addressChange === undefined ? {} : { addressChange }),
        }
        tool.show(await (await tool.client()).call(updatePolicy, { policy: changed }), details)
      }),
    ['strowger policy set --nat yes', 'strowger policy set --address-change refuse --tenant "Hotel Paris"'],
  )
}
