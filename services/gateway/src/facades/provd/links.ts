import type { FacadeRoute } from '../facade.ts'

/** Addresses in answers are those of the peer: clients cut the first parts off and put their own there. */
const root = '/0.2'

export function link(rel: string, path: string): { rel: string; href: string } {
  return { rel, href: `${root}${path}` }
}

/** Where something is that was made, as clients of the peer expect it. */
export function location(path: string): { location: string } {
  return { location: `${root}${path}` }
}

function page(path: string, links: readonly (readonly [rel: string, path: string])[]): FacadeRoute {
  const body = { links: links.map(([rel, to]) => link(rel, to)) }
  return { method: 'GET', path, permission: 'read', answer: () => ({ status: 200, body }) }
}

/** Pages that only name others. */
export const linkRoutes: readonly FacadeRoute[] = [
  page('', [
    ['dev', '/dev_mgr'],
    ['cfg', '/cfg_mgr'],
    ['pg', '/pg_mgr'],
    ['status', '/status'],
    ['srv.configure', '/configure'],
  ]),
  page('/dev_mgr', [
    ['dev.synchronize', '/dev_mgr/synchronize'],
    ['dev.reconfigure', '/dev_mgr/reconfigure'],
    ['dev.dhcpinfo', '/dev_mgr/dhcpinfo'],
    ['dev.devices', '/dev_mgr/devices'],
  ]),
  page('/cfg_mgr', [
    ['cfg.configs', '/cfg_mgr/configs'],
    ['cfg.autocreate', '/cfg_mgr/autocreate'],
  ]),
  page('/pg_mgr', [
    ['srv.install', '/pg_mgr/install'],
    ['pg.plugins', '/pg_mgr/plugins'],
    ['pg.reload', '/pg_mgr/reload'],
  ]),
  page('/pg_mgr/install', [
    ['srv.install.install', '/pg_mgr/install/install'],
    ['srv.install.uninstall', '/pg_mgr/install/uninstall'],
    ['srv.install.installed', '/pg_mgr/install/installed'],
    ['srv.install.installable', '/pg_mgr/install/installable'],
    ['srv.install.upgrade', '/pg_mgr/install/upgrade'],
    ['srv.install.update', '/pg_mgr/install/update'],
  ]),
  {
    method: 'GET',
    path: '/status',
    permission: 'read',
    // Whoever reads this was let in, so that the bus and the database were there.
    answer: () => ({ status: 200, body: { bus_consumer: { status: 'ok' }, rest_api: { status: 'ok' } } }),
  },
]
