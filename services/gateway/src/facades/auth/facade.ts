import { errors } from '@strowger/schema'
import type { Facade } from '../facade.ts'
import { tokenRoutes } from './tokens.ts'

/** Log-in as clients of wazo-auth 0.1 do it. */
export const authFacade: Facade = {
  prefix: '/api/auth/0.1',
  mediaTypes: ['application/json'],
  // Its clients send a type or none.
  isLenient: true,
  routes: tokenRoutes,
  refusal({ code, detail }, nowMs) {
    const { status, title } = errors[code]
    const reason = code === 'unauthenticated' ? 'Authentication Failed' : (detail ?? title)
    return { status, body: { reason: [reason], timestamp: [nowMs / 1_000], status_code: status } }
  },
}
