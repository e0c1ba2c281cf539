import { createConfig, deleteConfig, Fault, getConfig, listConfigs, replaceConfig } from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { configFromDocument, documentFromConfig, rawFrom } from './config-document.ts'
import { entity } from './entity.ts'
import { location } from './links.ts'
import { listParameters } from './list-parameters.ts'

const path = '/cfg_mgr/configs'

export const configRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path, permission: 'read', answer: list },
  { method: 'POST', path, permission: 'write', answer: create },
  { method: 'GET', path: `${path}/:id`, permission: 'read', answer: get },
  { method: 'GET', path: `${path}/:id/raw`, permission: 'read', answer: getRaw },
  { method: 'PUT', path: `${path}/:id`, permission: 'write', answer: replace },
  { method: 'DELETE', path: `${path}/:id`, permission: 'write', answer: remove },
  { method: 'POST', path: '/cfg_mgr/autocreate', permission: 'write', answer: autocreate },
]

async function list({ query, call }: Asked): Promise<FacadeAnswer> {
  const { recurse, page } = listParameters(query)
  const configs = await everything((limit, offset) => call(listConfigs, { recurse, limit, offset, order: 'id' }))
  return { status: 200, body: { configs: page(configs.map(documentFromConfig)) } }
}

async function create({ body, call }: Asked): Promise<FacadeAnswer> {
  const { config } = await call(createConfig, { config: configFromDocument(entity(body, 'config')) })
  const id = config?.id ?? ''
  return { status: 201, headers: location(`${path}/${id}`), body: { id } }
}

async function get({ params, call }: Asked): Promise<FacadeAnswer> {
  const config = await call(getConfig, { id: params['id'] ?? '' })
  return { status: 200, body: { config: documentFromConfig(config) } }
}

async function getRaw({ params, call }: Asked): Promise<FacadeAnswer> {
  const config = await call(getConfig, { id: params['id'] ?? '', view: 'merged' })
  return { status: 200, body: { raw_config: rawFrom(config) } }
}

async function replace({ params, body, call }: Asked): Promise<FacadeAnswer> {
  const id = params['id'] ?? ''
  const { id: named, ...config } = configFromDocument(entity(body, 'config'))
  if (named !== undefined && named !== id) {
    throw new Fault('invalid-input', { detail: `The document says ${named}, its address ${id}` })
  }
  // Our own operation would make it.
  await call(getConfig, { id })
  await call(replaceConfig, { id, config })
  return { status: 204 }
}

async function remove({ params, call }: Asked): Promise<FacadeAnswer> {
  const id = params['id'] ?? ''
  try {
    await call(deleteConfig, { id })
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'not-deletable') throw error
    return { status: 403, body: `The document ${id} is not deletable` }
  }
  return { status: 204 }
}

/**
 * Nothing need be made: a device whose `config` is this one has what autocreate would have made for it. It resolves,
 * which what the peer answers does not.
 */
async function autocreate({ call }: Asked): Promise<FacadeAnswer> {
  const { id } = await call(getConfig, { id: 'autoprov' })
  return { status: 201, headers: location(`${path}/${id}`), body: { id } }
}
