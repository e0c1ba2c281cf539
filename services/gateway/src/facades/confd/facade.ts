import { errors } from '@strowger/schema'
import type { Facade } from '../facade.ts'
import { deviceRoutes } from './devices.ts'
import { sipRoutes } from './sip.ts'
import { unallocatedRoutes } from './unallocated-devices.ts'

/** The API of wazo-confd 1.1, as far as our services do what it is for. */
export const confdFacade: Facade = {
  prefix: '/api/confd/1.1',
  mediaTypes: ['application/json'],
  isLenient: true,
  routes: [...unallocatedRoutes, ...deviceRoutes, ...sipRoutes],
  refusal({ code, detail, fields }) {
    const { status, title } = errors[code]
    switch (code) {
      case 'not-found':
        return { status, body: [`Resource Not Found - ${detail ?? title}`] }
      case 'conflict':
      case 'in-use':
        return { status: 400, body: [`Resource Error - ${detail ?? title}`] }
      case 'invalid-input': {
        if (fields.length === 0) return { status: 400, body: [`Input Error - ${detail ?? title}`] }
        const named = fields.map(({ field, problem }) => ({ [field.split('/').at(-1) ?? field]: [problem] }))
        return { status: 400, body: named }
      }
      default:
        return { status, body: [detail ?? title] }
    }
  },
}
