import { Fault, getPlugin, listPlugins, type PluginView, reconfigure } from '@strowger/schema'
import { everything } from '../every-page.ts'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { ownPluginId, scriptPluginId } from './device-document.ts'
import { namedId } from './entity.ts'
import { link, location } from './links.ts'
import { nothingToDo, operationRoutes } from './operations.ts'

const install = '/pg_mgr/install'

export const pluginRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: `${install}/installed`, permission: 'read', answer: installed },
  // What could be installed is there already: plugins come with the release, or into the folder of the site's own.
  { method: 'GET', path: `${install}/installable`, permission: 'read', answer: installed },
  { method: 'POST', path: `${install}/install`, permission: 'write', answer: installPlugin },
  { method: 'POST', path: `${install}/upgrade`, permission: 'write', answer: upgrade },
  { method: 'POST', path: `${install}/uninstall`, permission: 'write', answer: uninstall },
  { method: 'POST', path: `${install}/update`, permission: 'write', answer: () => begun(`${install}/update`) },
  ...operationRoutes(`${install}/install`, 'install'),
  ...operationRoutes(`${install}/upgrade`, 'upgrade'),
  ...operationRoutes(`${install}/update`, 'update'),
  { method: 'GET', path: '/pg_mgr/plugins', permission: 'read', answer: loaded },
  { method: 'GET', path: '/pg_mgr/plugins/:plugin', permission: 'read', answer: links },
  { method: 'GET', path: '/pg_mgr/plugins/:plugin/info', permission: 'read', answer: info },
  { method: 'POST', path: '/pg_mgr/reload', permission: 'write', answer: reload },
]

function begun(path: string): FacadeAnswer {
  return { status: 201, headers: location(`${path}/${nothingToDo}`) }
}

async function allPlugins({ call }: Asked): Promise<PluginView[]> {
  return everything((limit, offset) => call(listPlugins, { limit, offset }))
}

async function installed(asked: Asked): Promise<FacadeAnswer> {
  const plugins = await allPlugins(asked)
  return {
    status: 200,
    body: { pkgs: Object.fromEntries(plugins.map((plugin) => [scriptPluginId(plugin.id), infoOf(plugin)])) },
  }
}

async function loaded(asked: Asked): Promise<FacadeAnswer> {
  const plugins = await allPlugins(asked)
  const entries = plugins.map(({ id }) => {
    const shown = scriptPluginId(id)
    return [shown, { links: [link('pg.plugin', `/pg_mgr/plugins/${shown}`)] }] as const
  })
  return { status: 200, body: { plugins: Object.fromEntries(entries) } }
}

async function links({ params, call }: Asked): Promise<FacadeAnswer> {
  const plugin = await call(getPlugin, { id: params['plugin'] ?? '' })
  const path = `/pg_mgr/plugins/${scriptPluginId(plugin.id)}`
  return { status: 200, body: { links: [link('pg.info', `${path}/info`), link('srv.install', `${path}/install`)] } }
}

async function info({ params, call }: Asked): Promise<FacadeAnswer> {
  const plugin = await call(getPlugin, { id: params['plugin'] ?? '' })
  return { status: 200, body: { plugin_info: infoOf(plugin) } }
}

/** What a plugin says of itself; `capabilities` by `Vendor, Model, Version`. */
function infoOf({ version, description, vendors, models }: PluginView): object {
  const vendor = vendors.join(' / ')
  return {
    version,
    description,
    capabilities: Object.fromEntries(models.map((model) => [`${vendor}, ${model}, *`, {}])),
  }
}

/** @throws Fault `invalid-input` with the words of the peer when there is no such plugin. */
async function present(
  { body, call }: Asked,
  unknown: (id: string) => string,
): Promise<{ id: string; plugin: PluginView }> {
  const id = namedId(body)
  try {
    return { id, plugin: await call(getPlugin, { id }) }
  } catch (error) {
    if (!(error instanceof Fault) || !['not-found', 'invalid-input'].includes(error.code)) throw error
    throw new Fault('invalid-input', { detail: unknown(id) })
  }
}

/** What can be named is there: a script that installs what it needs goes on. */
async function installPlugin(asked: Asked): Promise<FacadeAnswer> {
  await present(asked, (name) => `'${name}'`)
  return begun(`${install}/install`)
}

/** A plugin of a release is as new as the release; there is nothing to fetch. */
async function upgrade(asked: Asked): Promise<FacadeAnswer> {
  await present(asked, (name) => `plugin ${name} is not already installed`)
  return begun(`${install}/upgrade`)
}

async function uninstall(asked: Asked): Promise<FacadeAnswer> {
  const { id, plugin } = await present(asked, () => 'plugin not found')
  const where = plugin.origin === 'built-in' ? 'comes with Strowger' : 'lies in the folder of the site’s own plugins'
  throw new Fault('invalid-input', { detail: `plugin ${id} ${where}: it cannot be uninstalled from here` })
}

async function reload(asked: Asked): Promise<FacadeAnswer> {
  const { plugin } = await present(asked, (name) => `plugin ${name} not found`)
  await asked.call(reconfigure, { selection: { plugin: ownPluginId(plugin.id), recurse: true } })
  return { status: 204 }
}
