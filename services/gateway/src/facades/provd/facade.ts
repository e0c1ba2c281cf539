import { errors } from '@strowger/schema'
import type { Facade, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { configRoutes } from './configs.ts'
import { configureRoutes } from './configure.ts'
import { deviceRoutes } from './devices.ts'
import { dhcpRoutes } from './dhcp-information.ts'
import { linkRoutes } from './links.ts'
import { packageRoutes } from './packages.ts'
import { pluginRoutes } from './plugins.ts'
import { reconfigureRoutes } from './reconfigure.ts'
import { synchronizeRoutes } from './synchronize.ts'

const mediaType = 'application/vnd.proformatique.provd+json'

/** The management API of wazo-provd 0.2. */
export const provdFacade: Facade = {
  prefix: '/api/provd/0.2',
  mediaTypes: [mediaType, 'application/json'],
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
    'access-control-allow-headers': 'Origin, X-Requested-With, Accept, Content-Type, X-Auth-Token, Wazo-Tenant',
    'access-control-allow-credentials': 'false',
    'access-control-expose-headers': 'Location',
  },
  routes: [
    ...linkRoutes,
    ...deviceRoutes,
    ...synchronizeRoutes,
    ...reconfigureRoutes,
    ...dhcpRoutes,
    ...configRoutes,
    ...pluginRoutes,
    ...packageRoutes,
    ...configureRoutes,
  ].map(onlyWhereAccepted),
  refusal({ code, detail, fields }): FacadeAnswer {
    const { status, title } = errors[code]
    switch (code) {
      case 'unauthenticated':
      // Which tenant or operation a token opens is no business of who does not hold it.
      case 'forbidden':
        return { status: 401, body: 'Unauthorized' }
      case 'not-found':
        return { status: 404, body: 'No such resource' }
      case 'unsupported-media-type':
        return { status: 415, body: `Entity must be in media type "${mediaType}".` }
      case 'conflict':
      case 'in-use':
      case 'invalid-input': {
        const named = fields.map(({ field, problem }) => `${field.split('/').at(-1)} ${problem}`).join('; ')
        return { status: 400, body: named || detail || title }
      }
      default:
        return { status, body: detail ?? title }
    }
  },
}

const accepted = [mediaType, 'application/json', 'application/*', '*/*']

/** A client that accepts none of our types is told so. */
function onlyWhereAccepted(route: FacadeRoute): FacadeRoute {
  return {
    ...route,
    answer(asked) {
      const { accept } = asked.headers
      if (
        typeof accept === 'string' &&
        accept !== '' &&
        !accepted.some((type) => accept.toLowerCase().includes(type))
      ) {
        return { status: 406, body: `You must accept the "${mediaType}" MIME type.` }
      }
      return route.answer(asked)
    },
  }
}
