import { Fault, getPolicy, getTenantKey, updatePolicy } from '@strowger/schema'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { isRecord } from './entity.ts'
import { link } from './links.ts'

interface Parameter {
  readonly id: string
  readonly description: string
  read(asked: Asked): Promise<unknown>
  write(asked: Asked, value: unknown): Promise<void>
}

/** A parameter of the peer that there is nothing for: always null, and null is all it can be set to. */
function absent(id: string, description: string, instead: string): Parameter {
  return {
    id,
    description,
    read: async () => null,
    async write(_asked, value) {
      if (value !== null && value !== '') throw new Fault('invalid-input', { detail: `${id}: ${instead}` })
    },
  }
}

const noFetching = 'Strowger fetches nothing from outside; plugins come with the release'

const parameters: readonly Parameter[] = [
  absent('plugin_server', 'The plugins repository URL', noFetching),
  absent('http_proxy', 'The proxy for HTTP requests', noFetching),
  absent('ftp_proxy', 'The proxy for FTP requests', noFetching),
  absent('https_proxy', 'The proxy for HTTPS requests', noFetching),
  absent('locale', 'The current locale', 'descriptions are in English; phones take their language from their config'),
  {
    id: 'NAT',
    description: 'Set to 1 if all the devices are behind a NAT',
    read: async ({ call }) => ((await call(getPolicy, {})).nat ? 1 : 0),
    async write({ call }, value) {
      const nat = value === null ? '0' : String(value)
      if (nat !== '0' && nat !== '1') throw new Fault('invalid-input', { detail: nat })
      await call(updatePolicy, { policy: { nat: nat === '1' } })
    },
  },
  {
    id: 'provisioning_key',
    description: 'The provisioning key of the tenant',
    read: provisioningKey,
    async write(asked, value) {
      if (value === (await provisioningKey(asked))) return
      if (value === null) await asked.call(updatePolicy, { policy: { keys: 'off' } })
      else {
        const detail =
          'provisioning_key: keys are made by Strowger and cannot be chosen; strowger policy makes another one'
        throw new Fault('invalid-input', { detail })
      }
    },
  },
]

async function provisioningKey({ call }: Pick<Asked, 'call'>): Promise<string | null> {
  try {
    return (await call(getTenantKey, {})).key
  } catch (error) {
    // It has none, or the caller may not see it.
    if (error instanceof Fault && ['not-found', 'forbidden'].includes(error.code)) return null
    throw error
  }
}

export const configureRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/configure', permission: 'read', answer: list },
  { method: 'GET', path: '/configure/:param', permission: 'read', answer: get },
  { method: 'PUT', path: '/configure/:param', permission: 'write', answer: put },
]

async function list(asked: Asked): Promise<FacadeAnswer> {
  const params = await Promise.all(
    parameters.map(async (parameter) => ({
      id: parameter.id,
      description: parameter.description,
      value: await parameter.read(asked),
      links: [link('srv.configure.param', `/configure/${parameter.id}`)],
    })),
  )
  return { status: 200, body: { params } }
}

function named({ params }: Asked): Parameter {
  const found = parameters.find(({ id }) => id === params['param'])
  if (found === undefined) throw new Fault('not-found')
  return found
}

async function get(asked: Asked): Promise<FacadeAnswer> {
  return { status: 200, body: { param: { value: await named(asked).read(asked) } } }
}

async function put(asked: Asked): Promise<FacadeAnswer> {
  const parameter = named(asked)
  const param = isRecord(asked.body) ? asked.body['param'] : undefined
  if (!isRecord(param) || !('value' in param))
    throw new Fault('invalid-input', { detail: 'Wrong information in entity' })
  await parameter.write(asked, param['value'])
  return { status: 204 }
}
