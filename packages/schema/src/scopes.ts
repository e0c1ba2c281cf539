import Type from 'typebox'
import type { RestBinding } from './definition.ts'

/** What a scope allows on a resource: one verb, `write` for create, update and delete, or `*` for all of them. */
export const scopeVerbs = ['read', 'create', 'update', 'delete'] as const
export type ScopeVerb = (typeof scopeVerbs)[number]

/** As `devices:read`, `devices:*`, `*:read`. */
export const Scope = Type.String({
  pattern: '^(?:\\*|[a-z][a-z0-9-]{0,40}):(?:\\*|read|write|create|update|delete)$',
  maxLength: 64,
  description:
    'resource:verb; the resource is the word after /api/v1/ or *, the verb read, create, update, delete, write or *',
})
export const Scopes = Type.Array(Scope, { minItems: 1, maxItems: 100 })

/** What an operation needs of a token’s scopes. */
export interface NeededScope {
  /** `*` is needed by who asks for everything; only a scope that names no resource has it. */
  readonly resource: string
  readonly verb: ScopeVerb
}

/** The resource is the third word of the path; the verb follows from permission and method. Pure. */
export function neededScope({ method, path, permission, success }: RestBinding): NeededScope {
  const resource = path.split('/')[3] ?? ''
  if (permission === 'read' || method === 'GET') return { resource, verb: 'read' }
  if (method === 'DELETE') return { resource, verb: 'delete' }
  return { resource, verb: method === 'POST' && success === 201 ? 'create' : 'update' }
}

/** Whether these scopes allow it; no scopes (undefined) restrict nothing. */
export function scopesAllow(scopes: readonly string[] | undefined, needed: NeededScope): boolean {
  if (scopes === undefined) return true
  return scopes.some((scope) => {
    const [resource, verb = ''] = scope.split(':')
    return (resource === '*' || resource === needed.resource) && verbAllows(verb, needed.verb)
  })
}

/** Whether everything that `granted` allows is allowed by `held`: nobody hands on more than they have. */
export function scopesCover(held: readonly string[] | undefined, granted: readonly string[] | undefined): boolean {
  if (held === undefined) return true
  if (granted === undefined) return false
  return granted.every((scope) => {
    const [resource = '', verb = ''] = scope.split(':')
    const verbs = scopeVerbs.filter((one) => verbAllows(verb, one))
    return verbs.every((one) => scopesAllow(held, { resource, verb: one }))
  })
}

function verbAllows(has: string, needed: ScopeVerb): boolean {
  return has === '*' || has === needed || (has === 'write' && needed !== 'read')
}
