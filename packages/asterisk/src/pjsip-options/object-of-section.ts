import type { SipSection } from '@strowger/schema'
import type { PjsipObject } from './catalogue.ts'

/** Of which type the object is that a section becomes. */
export const objectOfSection: Readonly<Record<SipSection, PjsipObject>> = {
  aor: 'aor',
  auth: 'auth',
  endpoint: 'endpoint',
  identify: 'identify',
  registration: 'registration',
  registration_outbound_auth: 'auth',
  outbound_auth: 'auth',
}
