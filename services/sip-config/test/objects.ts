import { createHash } from 'node:crypto'
import type { DesiredObject, ObjectType } from '../src/desired-object.ts'

/** An object as the service would resolve it. */
export function object(
  type: ObjectType,
  id: string,
  fields: readonly (readonly [string, string])[],
  configuration = id,
): DesiredObject {
  const digest = createHash('sha1')
    .update(JSON.stringify([type, id, fields]))
    .digest('hex')
    .slice(0, 24)
  return { type, id, fields, digest, configuration, tenant: '00000000-0000-4000-8000-000000000001' }
}

/** The three objects of a phone. */
export function phone(
  id: string,
  password: string,
  more: readonly (readonly [string, string])[] = [],
): DesiredObject[] {
  return [
    object('auth', id, [
      ['auth_type', 'userpass'],
      ['username', id],
      ['password', password],
    ]),
    object('aor', id, [
      ['max_contacts', '1'],
      ['remove_existing', 'yes'],
    ]),
    object('endpoint', id, [
      ['context', 'phones'],
      ['allow', '!all,ulaw'],
      ['auth', id],
      ['aors', id],
      ['direct_media', 'no'],
      ['set_var', `LINE=${id}`],
      ['set_var', 'TENANT=acme'],
      ...more,
    ]),
  ]
}
