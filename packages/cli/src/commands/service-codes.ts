import { type ServiceFeature, serviceCodes, serviceFeatures } from '@strowger/schema'
import type { Command } from 'commander'
import { assignmentFrom } from '../assignments.ts'
import { details } from '../details.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

/** `extensions codes` and `extensions set-codes`: what people of a tenant dial for a service. */
export function addServiceCodes(group: Command, tool: Tool): void {
  withExamples(
    group
      .command('codes')
      .description('service codes of the tenant, as its phones are told them')
      .action(async () => {
        tool.show(await (await tool.client()).call(serviceCodes.get, {}), ({ codes }) => details(codes))
      }),
    ['strowger extensions codes'],
  )
  withExamples(
    group
      .command('set-codes <codes...>')
      .description(`feature=code, of ${serviceFeatures.join(', ')}; without a code it is taken away`)
      .option('--dry-run', 'say how many devices get another config, and change nothing')
      .action(async (assignments: string[], { dryRun }: { dryRun?: boolean }) => {
        const client = await tool.client()
        const { codes: present, revision = 0 } = await client.call(serviceCodes.get, {})
        const given = assignments.map((argument) => {
          const { name, text } = assignmentFrom(argument)
          return [featureFrom(name), text] as const
        })
        const codes = Object.fromEntries(
          Object.entries({ ...present, ...Object.fromEntries(given) }).filter(([, code]) => code !== ''),
        )
        const update = { features: { codes }, ifRevision: revision, ...(dryRun ? { dryRun } : {}) }
        tool.show(await client.call(serviceCodes.update, update), ({ device_count: devices }) =>
          devices === undefined ? details(codes) : [`${devices} devices would get another config`],
        )
      }),
    ['strowger extensions set-codes dnd=*25 park=700', 'strowger extensions set-codes park= --dry-run'],
  )
}

function featureFrom(name: string): ServiceFeature {
  const feature = serviceFeatures.find((one) => one === name)
  if (feature === undefined)
    throw new Failure(`There is no service ${name}; there are ${serviceFeatures.join(', ')}`, exitCodes.usage)
  return feature
}
