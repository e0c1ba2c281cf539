import { getPolicy, getTenantKey, updatePolicy } from '@strowger/schema'
import { exitCodes, Failure, Refusal } from '../../failure.ts'
import { Method, Thing, type Value } from '../things.ts'
import type { Workplace } from '../workplace.ts'

interface Parameter {
  readonly description: string
  read(place: Workplace): Promise<Value>
  /** Throws a Failure for what it cannot be. `null` is what it was at first. */
  write(place: Workplace, value: Value): Promise<void>
}

const noFetching = 'Strowger fetches nothing from outside; plugins come with the release'

/** Names as those who come from Wazo know them: few are left to be set. */
const parameters: ReadonlyMap<string, Parameter> = new Map([
  absent('plugin_server', 'Where plugins come from', noFetching),
  absent('http_proxy', 'A proxy for HTTP', noFetching),
  absent('ftp_proxy', 'A proxy for FTP', noFetching),
  absent('https_proxy', 'A proxy for HTTPS', noFetching),
  absent('locale', 'The language of descriptions', 'they are in English; phones take theirs from their config'),
  [
    'NAT',
    {
      description: '1: several phones of the tenant share one address',
      read: async ({ client }) => ((await client.call(getPolicy, {})).nat ? 1 : 0),
      async write({ client }, value) {
        const nat = String(value ?? 0)
        if (nat !== '0' && nat !== '1')
          throw new Failure(`NAT is 0 or 1, not ${JSON.stringify(value)}`, exitCodes.usage)
        await client.call(updatePolicy, { policy: { nat: nat === '1' } })
      },
    },
  ],
  [
    'provisioning_key',
    {
      description: 'The key that leads the paths of the tenant’s phones',
      read: ({ client }) => provisioningKey(client),
      async write({ client }, value) {
        if (value === null) await client.call(updatePolicy, { policy: { keys: 'off' } })
        else if (value !== (await provisioningKey(client))) {
          throw new Failure(
            'provisioning_key: keys are made by Strowger; strowger policy replace-key makes another one',
          )
        }
      },
    },
  ],
])

function absent(name: string, description: string, instead: string): [string, Parameter] {
  return [
    name,
    {
      description: `${description}: none, ${instead}`,
      read: async () => null,
      async write(_place, value) {
        if (value !== null && value !== '') throw new Failure(`${name}: ${instead}`)
      },
    },
  ]
}

/** None when there is none, or the caller may not see it. */
async function provisioningKey(client: Workplace['client']): Promise<string | null> {
  try {
    return (await client.call(getTenantKey, {})).key
  } catch (error) {
    if (error instanceof Refusal && [403, 404].includes(error.status)) return null
    throw error
  }
}

/** `parameters`, as the old prompt had them. */
export function parametersThing(place: Workplace): Thing {
  const named = (name: string): Parameter => {
    const found = parameters.get(name)
    if (found === undefined) {
      throw new Failure(`There is no parameter ${name}. There is ${[...parameters.keys()].join(', ')}`, exitCodes.usage)
    }
    return found
  }
  return new Thing({
    name: 'parameters',
    about: 'What is set for the tenant as a whole',
    members: [
      new Method('infos()', 'all of them, with what they are', async () => {
        const each = [...parameters].map(async ([name, parameter]) => [
          name,
          { description: parameter.description, value: await parameter.read(place) },
        ])
        return Object.fromEntries(await Promise.all(each)) as Value
      }),
      new Method('get(name)', 'its value', (given) => named(given.text('name')).read(place)),
      new Method('set(name, value)', 'gives it a value', async (given) => {
        await named(given.text('name')).write(place, given.value('value') ?? null)
        return null
      }),
      new Method('unset(name)', 'as it was at first', async (given) => {
        await named(given.text('name')).write(place, null)
        return null
      }),
    ],
  })
}
