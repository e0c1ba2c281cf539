import { Fault, getConfig, patchConfig, rootTenantId } from '@strowger/schema'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { isRecord } from '../provd/entity.ts'

/**
 * Where phones find their files: parameters of the config `base` of the root tenant, over those that the installation
 * is started with.
 */
export const networkingRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/provisioning/networking', permission: 'read', answer: get },
  { method: 'PUT', path: '/provisioning/networking', permission: 'write', answer: put },
]

/** As the installation makes it of the two. */
const urlOf = (host: unknown, port: unknown) => `http://${String(host).includes(':') ? `[${host}]` : host}:${port}`

async function current({ call }: Asked): Promise<{ host: unknown; port: unknown; url: unknown }> {
  const { raw } = await call(getConfig, { id: 'base', view: 'merged' })
  return { host: raw['ip'], port: raw['http_port'], url: raw['http_base_url'] }
}

async function get(asked: Asked): Promise<FacadeAnswer> {
  await refuseOtherTenants(asked)
  const { host, port, url } = await current(asked)
  // Null when it follows from the other two, so that what was read can be sent back with another host.
  const follows = url === urlOf(host, port)
  const body = {
    provision_host: host ?? null,
    provision_http_port: port ?? null,
    provision_http_base_url: follows ? null : (url ?? null),
  }
  return { status: 200, body }
}

async function put(asked: Asked): Promise<FacadeAnswer> {
  await refuseOtherTenants(asked)
  const { host, port, url } = networkingFrom(asked.body)
  const isGiven = host !== undefined || port !== undefined
  const installation = await current(asked)
  const set = {
    ...(host === undefined ? {} : { ip: host }),
    ...(port === undefined ? {} : { http_port: port }),
    ...(url !== undefined
      ? { http_base_url: url }
      : isGiven
        ? { http_base_url: urlOf(host ?? installation.host, port ?? installation.port) }
        : {}),
  }
  const unset = ['ip', 'http_port', 'http_base_url'].filter((name) => !(name in set))
  await asked.call(patchConfig, { id: 'base', patch: { set, unset } })
  return { status: 204 }
}

/** It is of the whole installation. */
async function refuseOtherTenants({ caller }: Asked): Promise<void> {
  if ((await caller('read')).tenant !== rootTenantId)
    throw new Fault('forbidden', { detail: 'Only the root tenant has it' })
}

interface Networking {
  readonly host: string | undefined
  readonly port: number | undefined
  readonly url: string | undefined
}

/** @throws Fault `invalid-input` with every field at fault */
function networkingFrom(body: unknown): Networking {
  if (!isRecord(body)) throw new Fault('invalid-input', { detail: 'The body must be an object' })
  const fields: { field: string; problem: string }[] = []
  const read = <T>(name: string, isRight: (value: unknown) => value is T, problem: string): T | undefined => {
    const value = body[name]
    if (value === undefined || value === null) return undefined
    if (isRight(value)) return value
    fields.push({ field: `/${name}`, problem })
    return undefined
  }
  const networking = {
    host: read('provision_host', isHost, 'Not a valid host.'),
    port: read('provision_http_port', isPort, 'Must be between 1 and 65535.'),
    url: read('provision_http_base_url', isHttpUrl, 'Not a valid URL.'),
  }
  if (fields.length > 0) throw new Fault('invalid-input', { fields })
  return networking
}

const isHost = (value: unknown): value is string => typeof value === 'string' && /^[A-Za-z0-9.:_-]{1,253}$/.test(value)
const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
const isHttpUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 512 && /^https?:\/\/[^\s/?#]+[^\s?#]*$/.test(value)
