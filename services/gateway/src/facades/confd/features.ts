import { Fault, type ServiceFeature, serviceCodes } from '@strowger/schema'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'
import { isRecord } from '../provd/entity.ts'

/** Service codes, each as an extension of its own; those that are nobody’s code are not enabled. */
export const featureRoutes: readonly FacadeRoute[] = [
  { method: 'GET', path: '/extensions/features', permission: 'read', answer: list },
  { method: 'GET', path: '/extensions/features/:uuid', permission: 'read', answer: get },
  { method: 'PUT', path: '/extensions/features/:uuid', permission: 'write', answer: put },
]

/** Their names for what phones are told. */
const theirNames: Readonly<Record<ServiceFeature, string>> = {
  dnd: 'enablednd',
  fwd_unconditional: 'fwdunc',
  fwd_no_answer: 'fwdrna',
  fwd_busy: 'fwdbusy',
  fwd_disable_all: 'fwdundoall',
  park: 'parkext',
  pickup_group: 'pickupexten',
  pickup_call: 'pickup',
  voicemail: 'vmusermsg',
}
const features = Object.keys(theirNames) as ServiceFeature[]

async function items({ call }: Asked) {
  const { codes } = await call(serviceCodes.get, {})
  return features.map((uuid) => ({
    // An id is not made for what has a name already.
    uuid,
    feature: theirNames[uuid],
    exten: codes[uuid] ?? '',
    enabled: uuid in codes,
    links: [{ rel: 'extensions_features', href: `/api/confd/1.1/extensions/features/${uuid}` }],
  }))
}

async function list(asked: Asked): Promise<FacadeAnswer> {
  const { search = '' } = asked.query
  const found = (await items(asked)).filter(({ feature, exten }) => `${feature}\n${exten}`.includes(search))
  return { status: 200, body: { items: found, total: found.length } }
}

function featureOf({ params }: Asked): ServiceFeature {
  const feature = features.find((one) => one === params['uuid'])
  if (feature === undefined) throw new Fault('not-found', { detail: 'ExtensionFeature was not found' })
  return feature
}

async function get(asked: Asked): Promise<FacadeAnswer> {
  const feature = featureOf(asked)
  return { status: 200, body: (await items(asked)).find(({ uuid }) => uuid === feature) }
}

async function put(asked: Asked): Promise<FacadeAnswer> {
  const feature = featureOf(asked)
  const { exten, enabled = true } = isRecord(asked.body) ? asked.body : {}
  if (typeof exten !== 'string')
    throw new Fault('invalid-input', { fields: [{ field: '/exten', problem: 'Missing data for required field.' }] })
  const { codes: present, revision = 0 } = await asked.call(serviceCodes.get, {})
  const { [feature]: _old, ...others } = present
  // A pattern of the dialplan (`_*21.`) is a prefix to a phone.
  const code = exten.replace(/^_/, '').replace(/[XZN.!]+$/, '')
  const codes = enabled === false || code === '' ? others : { ...others, [feature]: code }
  await asked.call(serviceCodes.update, { features: { codes }, ifRevision: revision })
  return { status: 204 }
}
