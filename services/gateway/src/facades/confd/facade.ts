import { errors, type Fault } from '@strowger/schema'
import type { Facade } from '../facade.ts'
import { deviceRoutes } from './devices.ts'
import { featureRoutes } from './features.ts'
import { networkingRoutes } from './networking.ts'
import { sipRoutes } from './sip.ts'
import { tenantRoutes } from './tenants.ts'
import { unallocatedRoutes } from './unallocated-devices.ts'

/** The API of wazo-confd 1.1, as far as our services do what it is for. */
export const confdFacade: Facade = {
  prefix: '/api/confd/1.1',
  mediaTypes: ['application/json'],
  isLenient: true,
  routes: [...unallocatedRoutes, ...deviceRoutes, ...sipRoutes, ...featureRoutes, ...tenantRoutes, ...networkingRoutes],
  refusal({ code, detail, fields }) {
    const { status, title } = errors[code]
    switch (code) {
      case 'not-found':
        return { status, body: [`Resource Not Found - ${detail ?? title}`] }
      case 'conflict':
      case 'in-use':
      case 'not-deletable':
      case 'stale-revision':
        return { status: 400, body: [`Resource Error - ${detail ?? title}`] }
      case 'invalid-input': {
        if (fields.length === 0) return { status: 400, body: [`Input Error - ${detail ?? title}`] }
        return { status: 400, body: [problemsByField(fields)] }
      }
      default:
        return { status, body: [detail ?? title] }
    }
  },
}

/** What an answer of ours calls the body of a request. */
const bodies = new Set([
  'configuration',
  'device',
  'extension',
  'features',
  'general',
  'line',
  'registrar',
  'settings',
  'transport',
  'trunk',
])

/** By the field of the body that scripts know, each with all that is wrong with it. */
function problemsByField(fields: Fault['fields']): Record<string, string[]> {
  const found: Record<string, string[]> = {}
  for (const { field, problem } of fields) {
    const [first = field, second] = field.replace(/^[?/]/, '').split('/')
    const name = bodies.has(first) && second !== undefined ? second : first
    const said = problem.replace(/^must be one of ([^:]*)$/, 'Must be one of: $1.')
    found[name] = [...(found[name] ?? []), said]
  }
  return found
}
