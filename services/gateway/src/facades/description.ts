import type { Facade, FacadeRoute } from './facade.ts'

/** Where clients for Wazo look for it, below the prefix of a façade; anybody may read it. */
export const descriptionPath = '/api/api.yml'

/**
 * What resources a façade has, as a Swagger 2.0 document: paths, methods and parameters of paths, which is what tools
 * that list an API read. Written as JSON, which is YAML too.
 */
export function describeFacade({ prefix, mediaTypes, routes }: Facade): string {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}') || '/'
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  const [, , name = '', version = ''] = prefix.split('/')
  const document = {
    swagger: '2.0',
    info: { title: `Strowger, as scripts for ${name} know it`, version },
    basePath: prefix,
    consumes: mediaTypes,
    produces: [mediaTypes[0]],
    securityDefinitions: { token: { type: 'apiKey', name: 'X-Auth-Token', in: 'header' } },
    paths,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function operationOf({ method, path, permission }: FacadeRoute): object {
  const named = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    type: 'string',
  }))
  const body = { name: 'body', in: 'body', schema: { type: 'object' } }
  return {
    parameters: method === 'POST' || method === 'PUT' ? [...named, body] : named,
    security: permission === 'none' ? [] : [{ token: [] }],
    responses: { default: { description: 'As docs/guides/scripts-for-wazo.md says' } },
  }
}
