import type { NeededScope, Permission, ScopeVerb } from '@strowger/schema'
import { type Grant, grantAllows, shownScopes } from './grant.ts'

/** What is needed of a token, in our words. */
export interface Needed {
  readonly permission: Permission
  readonly scope: NeededScope
}

/** The managers of the provisioning API that scripts know, by the resource that stands for each. */
const managers: Readonly<Record<string, string>> = { dev_mgr: 'devices', cfg_mgr: 'configs', pg_mgr: 'plugins' }

const verbs: Readonly<Record<string, ScopeVerb>> = {
  read: 'read',
  create: 'create',
  update: 'update',
  edit: 'update',
  delete: 'delete',
}

/**
 * What an ACL name of scripts asks for: `provd.dev_mgr.devices.read`, `confd.lines.12.update`. A name without verb asks
 * for everything; of an API that we do not have, for the administrator. Pure.
 */
export function neededByAcl(name: string): Needed {
  const words = name.split('.')
  const [api, first = '*'] = words
  const verb = verbs[words.at(-1) ?? ''] ?? 'update'
  if (api === 'provd') return needed(managers[first] ?? 'site', verb)
  if (api === 'confd') return needed(first === '#' ? '*' : first, verb)
  return { permission: 'admin', scope: { resource: api ?? '*', verb } }
}

function needed(resource: string, verb: ScopeVerb): Needed {
  return { permission: verb === 'read' ? 'read' : 'write', scope: { resource, verb } }
}

export function grantCoversAcl(grant: Grant, name: string): boolean {
  const { permission, scope } = neededByAcl(name)
  return grantAllows(grant, permission, scope)
}

/** The ACL names that scripts are told they have: `#` stands for everything that follows, `*` for one word. */
export function aclOf(grant: Grant): string[] {
  const scopes = shownScopes(grant)
  if (scopes === undefined) {
    if (grant.permission === 'admin') return ['#']
    return grant.permission === 'write' ? ['confd.#', 'provd.#'] : ['confd.#.read', 'provd.#.read']
  }
  const names = scopes.flatMap((scope) => {
    const [resource = '', verb = ''] = scope.split(':')
    return endings(verb, grant.permission).flatMap((ending) => namesOf(resource).map((name) => `${name}.#${ending}`))
  })
  return [...new Set(names)]
}

function endings(verb: string, permission: Permission): string[] {
  if (permission === 'read') return verb === 'read' || verb === '*' ? ['.read'] : []
  if (verb === '*') return ['']
  return verb === 'write' ? ['.create', '.update', '.delete'] : [`.${verb}`]
}

function namesOf(resource: string): string[] {
  if (resource === '*') return ['confd', 'provd']
  const manager = Object.entries(managers).find(([, of]) => of === resource)?.[0]
  return [`confd.${resource}`, ...(manager === undefined ? [] : [`provd.${manager}`])]
}
