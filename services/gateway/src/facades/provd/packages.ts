import { Fault, getPlugin } from '@strowger/schema'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { scriptPluginId } from './device-document.ts'
import { namedId } from './entity.ts'
import { link } from './links.ts'

const path = '/pg_mgr/plugins/:plugin/install'

/** Firmware that a plugin could fetch. There is none yet: every package is one that cannot be found. */
export const packageRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path, permission: 'read', answer: links },
  { method: 'GET', path: `${path}/installed`, permission: 'read', answer: none },
  { method: 'GET', path: `${path}/installable`, permission: 'read', answer: none },
  { method: 'POST', path: `${path}/install`, permission: 'write', answer: notFound },
  { method: 'POST', path: `${path}/uninstall`, permission: 'write', answer: notFound },
  // Clients have it; the peer answers 404 to it, whatever the package.
  { method: 'POST', path: `${path}/upgrade`, permission: 'write', answer: notFound },
]

async function links({ params, call }: Asked): Promise<FacadeAnswer> {
  const { id } = await call(getPlugin, { id: params['plugin'] ?? '' })
  const base = `/pg_mgr/plugins/${scriptPluginId(id)}/install`
  const services = ['install', 'uninstall', 'installed', 'installable', 'upgrade']
  return { status: 200, body: { links: services.map((name) => link(`srv.install.${name}`, `${base}/${name}`)) } }
}

async function none({ params, call }: Asked): Promise<FacadeAnswer> {
  await call(getPlugin, { id: params['plugin'] ?? '' })
  return { status: 200, body: { pkgs: {} } }
}

async function notFound({ params, body, call }: Asked): Promise<FacadeAnswer> {
  await call(getPlugin, { id: params['plugin'] ?? '' })
  namedId(body)
  throw new Fault('invalid-input', { detail: 'package not found' })
}
