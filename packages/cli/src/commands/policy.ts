import { getPolicy, getTenantKey, type PolicyChange, replaceTenantKey, updatePolicy } from '@strowger/schema'
import { type Command, Option } from 'commander'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, wholeNumber, withExamples } from '../tool.ts'

interface PolicyOptions {
  nat?: 'yes' | 'no'
  addressChange?: 'allow' | 'refuse'
  keys?: 'off' | 'offered' | 'required'
  basicAuth?: 'off' | 'offered' | 'required'
  certificate?: 'off' | 'required'
  allow?: string
  consentHours?: string
  dryRun?: boolean
}

const optionNames = ['nat', 'address-change', 'keys', 'basic-auth', 'certificate', 'allow', 'consent-hours']

export function addPolicy(program: Command, tool: Tool): void {
  const policy = program.command('policy').description('how the phones of a tenant are treated, and which are let in')

  withExamples(
    policy
      .command('get')
      .description('the policy of the tenant')
      .action(async () => {
        tool.show(await (await tool.client()).call(getPolicy, {}), details)
      }),
    ['strowger policy get', 'strowger policy get --tenant "Hotel Paris"'],
  )

  const uses = ['off', 'offered', 'required']
  withExamples(
    policy
      .command('set')
      .description('changes the policy of the tenant; what is not named stays')
      .addOption(new Option('--nat <yes|no>', 'several phones share one address').choices(['yes', 'no']))
      .addOption(new Option('--address-change <what>', 'a phone asks from elsewhere').choices(['allow', 'refuse']))
      .addOption(new Option('--keys <use>', 'provisioning keys in the URLs').choices(uses))
      .addOption(new Option('--basic-auth <use>', 'a user name and password for each phone').choices(uses))
      .addOption(new Option('--certificate <use>', 'the certificate of the phone itself').choices(['off', 'required']))
      .option('--allow <addresses>', 'addresses and networks that may ask, with commas; "all" for everybody')
      .option('--consent-hours <hours>', 'credentials are given so long after a consent; "none" for ever')
      .option('--dry-run', 'say what would change, and for how many phones; change nothing')
      .action(async (options: PolicyOptions) => {
        const changed = changeFrom(options)
        if (Object.keys(changed).length === 0) {
          throw new Failure(`Say what to change: ${optionNames.map((name) => `--${name}`).join(', ')}`, exitCodes.usage)
        }
        const input = { policy: changed, ...(options.dryRun ? { dryRun: true } : {}) }
        tool.show(await (await tool.client()).call(updatePolicy, input), (policy) =>
          policy.applied === false ? ['Nothing was changed. It would be:', ...details(policy)] : details(policy),
        )
      }),
    [
      'strowger policy set --nat yes',
      'strowger policy set --keys offered --tenant "Hotel Paris"',
      'strowger policy set --allow 192.0.2.0/24,2001:db8::/32',
      'strowger policy set --consent-hours 72',
      'strowger policy set --keys required --dry-run',
    ],
  )

  withExamples(
    policy
      .command('key')
      .description('shows the provisioning key of the tenant: for the URL that DHCP tells new phones')
      .action(async () => {
        tool.show(await (await tool.client()).call(getTenantKey, {}), details)
      }),
    ['strowger policy key', 'strowger policy key --tenant "Hotel Paris"'],
  )

  withExamples(
    policy
      .command('replace-key')
      .description('gives the tenant another provisioning key; those of its phones stay')
      .option('--grace-hours <hours>', 'how long the present one stays good', wholeNumber, 0)
      .action(async (options: { graceHours: number }) => {
        tool.show(await (await tool.client()).call(replaceTenantKey, options), details)
      }),
    ['strowger policy replace-key --grace-hours 24'],
  )
}

function changeFrom({ nat, addressChange, keys, basicAuth, certificate, allow, consentHours }: PolicyOptions) {
  const change: PolicyChange = {}
  if (nat !== undefined) change.nat = nat === 'yes'
  if (addressChange !== undefined) change.addressChange = addressChange
  if (keys !== undefined) change.keys = keys
  if (basicAuth !== undefined) change.basicAuth = basicAuth
  if (certificate !== undefined) change.clientCertificate = certificate
  if (allow !== undefined) change.allow = allow === 'all' ? [] : allow.split(',').map((entry) => entry.trim())
  if (consentHours !== undefined) change.consentHours = consentHours === 'none' ? null : wholeNumber(consentHours)
  return change
}
