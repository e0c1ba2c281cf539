import { type SipConfiguration, type SipImpact, secretMask } from '@strowger/schema'
import { type ObjectChange, objectChanges } from '@strowger/sip'
import type { Picture } from './picture.ts'

const optionsShown = 500

/**
 * What becomes of the objects of these endpoints: every option that changes, and in how many of them. Each endpoint is
 * compared with itself; 10,000 take less than a second.
 */
export function impactOf(
  endpoints: Iterable<string>,
  before: Picture,
  after: Picture,
  page: { limit?: number | undefined; offset?: number | undefined } = {},
): SipImpact {
  const { limit = 100, offset = 0 } = page
  const touched: { configuration: SipConfiguration; changes: ObjectChange[] }[] = []
  const options = new Map<string, SipImpact['options'][number]>()
  let objects = 0
  for (const uuid of endpoints) {
    const was = before.view.get('configuration', uuid)
    const is = after.view.get('configuration', uuid)
    const configuration = is ?? was
    if (configuration === undefined) continue
    const changes = objectChanges(was ? before.sealedObjects(was) : [], is ? after.sealedObjects(is) : [])
    if (changes.length === 0) continue
    objects += changes.length
    touched.push({ configuration, changes })
    for (const change of changes) {
      // Of what comes or goes as a whole the objects are named.
      if (change.change !== 'changed') continue
      for (const { type, option, before: old, after: now, secret } of change.options) {
        const key = secret ? `${type}\t${option}` : `${type}\t${option}\t${old.join('\n')}\t${now.join('\n')}`
        const known = options.get(key)
        if (known) known.endpoints += 1
        else
          options.set(key, {
            type,
            option,
            before: secret ? old.map(() => secretMask) : [...old],
            after: secret ? now.map(() => secretMask) : [...now],
            endpoints: 1,
          })
      }
    }
  }
  touched.sort((a, b) => (a.configuration.name < b.configuration.name ? -1 : 1))
  const all = [...options.values()]
  return {
    endpoint_count: touched.length,
    object_count: objects,
    endpoints: touched.slice(offset, offset + limit).map(({ configuration: { uuid, name, tenant }, changes }) => ({
      uuid,
      name,
      tenant_uuid: tenant,
      objects: changes.map(({ type, id, change }) => ({ type, id, change })),
    })),
    options: all.slice(0, optionsShown),
    ...(all.length > optionsShown ? { more_options: all.length - optionsShown } : {}),
  }
}
