import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Asker, type Made, type Maker, newMac, shortId } from '../maker.ts'

/** A context belongs to one tenant. */
const contextOf = ({ tenant }: Asker) => `matrix-${tenant.slice(0, 8)}`

const made = (path: string, key: 'id' | 'uuid', body: (asker: Asker) => object) => async (asker: Asker) => {
  const answer = await asker.made('POST', path, body(asker))
  return { [key]: String(answer[key]) }
}

const line = (asker: Asker) => ({ context: contextOf(asker) })
const trunk = (asker: Asker) => ({ context: contextOf(asker) })
const endpoint = () => ({ endpoint_section_options: [['rtp_timeout', '300']] })
let lastNumber = 1000
const extension = (asker: Asker) => ({ exten: String(++lastNumber), context: contextOf(asker) })

interface Noun {
  readonly path: string
  readonly key: 'id' | 'uuid'
  readonly body: (asker: Asker) => object
  readonly reads: readonly string[]
}

const nouns: readonly Noun[] = [
  { path: '/api/v1/lines', key: 'id', body: line, reads: ['', '/funckeys'] },
  { path: '/api/v1/trunks', key: 'id', body: trunk, reads: [''] },
  {
    path: '/api/v1/endpoints/sip',
    key: 'uuid',
    body: () => ({ name: `e${shortId()}`, ...endpoint() }),
    reads: ['', '/explain', '/history'],
  },
  {
    path: '/api/v1/endpoints/sip/templates',
    key: 'uuid',
    body: () => ({ label: `t${shortId()}`, ...endpoint() }),
    reads: ['', '/explain', '/history'],
  },
  { path: '/api/v1/extensions', key: 'id', body: extension, reads: [''] },
]

const newLine = made('/api/v1/lines', 'id', line)
const newTrunk = made('/api/v1/trunks', 'id', trunk)
const newEndpoint = made('/api/v1/endpoints/sip', 'uuid', () => ({ name: `e${shortId()}`, ...endpoint() }))
const newExtension = made('/api/v1/extensions', 'id', extension)

/** What a line or a trunk can be given, and how; put there before an operation that takes it away again. */
type Association = readonly [path: string, make: (asker: Asker) => Promise<Record<string, string>>]

const addressOf = (path: string, params: Readonly<Record<string, string>>) =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name) => params[name] ?? '')

const lineWithEndpoint = async (asker: Asker) => {
  const { id = '' } = await newLine(asker)
  const { uuid = '' } = await newEndpoint(asker)
  await asker.made('PUT', `/api/v1/lines/${id}/endpoints/sip/${uuid}`)
  return { id }
}

const associations: readonly Association[] = [
  [
    '/api/v1/lines/{id}/endpoints/sip/{endpoint_uuid}',
    async (asker) => ({ ...(await newLine(asker)), endpoint_uuid: (await newEndpoint(asker))['uuid'] ?? '' }),
  ],
  [
    '/api/v1/lines/{id}/extensions/{extension_id}',
    async (asker) => ({ ...(await newLine(asker)), extension_id: (await newExtension(asker))['id'] ?? '' }),
  ],
  ['/api/v1/lines/{id}/users/{user_uuid}', async (asker) => ({ ...(await newLine(asker)), user_uuid: randomUUID() })],
  [
    '/api/v1/lines/{id}/devices/{device_id}',
    async (asker) => {
      const device = await asker.made('POST', '/api/v1/devices', { mac: newMac() })
      return { ...(await lineWithEndpoint(asker)), device_id: String(device.id) }
    },
  ],
  [
    '/api/v1/trunks/{id}/endpoints/sip/{endpoint_uuid}',
    async (asker) => ({ ...(await newTrunk(asker)), endpoint_uuid: (await newEndpoint(asker))['uuid'] ?? '' }),
  ],
]

const associationMakers = associations.flatMap(([path, make]): Maker[] => [
  { operations: [`PUT ${path}`], make: async (asker) => ({ params: await make(asker) }) },
  {
    operations: [`DELETE ${path}`],
    make: async (asker) => {
      const params = await make(asker)
      await asker.made('PUT', addressOf(path, params))
      return { params }
    },
  },
])

/** Something that was changed, and the change set after which it was as it is to be again. */
const changed = (path: string, make: (asker: Asker) => Promise<Record<string, string>>) => async (asker: Asker) => {
  const { uuid = '' } = await make(asker)
  await asker.made('PUT', `${path}/${uuid}`, { endpoint_section_options: [['rtp_timeout', '60']] })
  const { items } = await asker.made('GET', `${path}/${uuid}/history`)
  return { params: { uuid }, body: { change_set: items.at(-1).change_set } } satisfies Made
}

const oneTransport = async (asker: Asker) => {
  const { items } = await asker.made('GET', '/api/v1/sip/transports?limit=1')
  return { params: { uuid: String(items[0].uuid) } }
}
const oneRegistrar = async () => ({ params: { id: 'default' } })

/** Transports, registrars and the sections of Asterisk: shown to all where that is of use, written by the root tenant. */
const installationMakers: readonly Maker[] = [
  { operations: ['GET /api/v1/sip/transports/{uuid}'], make: oneTransport, namesOwn: true },
  {
    operations: ['PUT /api/v1/sip/transports/{uuid}', 'DELETE /api/v1/sip/transports/{uuid}'],
    make: oneTransport,
    ofInstallation: true,
  },
  { operations: ['GET /api/v1/registrars/{id}'], make: oneRegistrar, namesOwn: true },
  {
    operations: ['PUT /api/v1/registrars/{id}', 'DELETE /api/v1/registrars/{id}'],
    make: oneRegistrar,
    ofInstallation: true,
  },
  {
    operations: ['GET /api/v1/asterisk/pjsip/{section}', 'PUT /api/v1/asterisk/pjsip/{section}'],
    make: async () => ({ params: { section: 'global' } }),
    ofInstallation: true,
  },
  {
    operations: ['POST /api/v1/sip/transports', 'POST /api/v1/registrars', 'GET /api/v1/sip/import'],
    ofInstallation: true,
  },
]

const others: readonly Maker[] = [
  // A line that was just made is on no device: a 404 for everybody.
  {
    operations: ['GET /api/v1/lines/{id}/devices'],
    make: async (asker) => ({ params: await newLine(asker) }),
    answers: 404,
  },
  {
    operations: ['GET /api/v1/devices/{id}/lines'],
    make: async (asker) => {
      const { id } = await asker.made('POST', '/api/v1/devices', { mac: newMac() })
      return { params: { id: String(id) } }
    },
  },
  {
    operations: ['PUT /api/v1/lines/{id}/credentials'],
    make: async (asker) => ({
      params: await lineWithEndpoint(asker),
      body: { username: `u${shortId()}`, generate: true },
    }),
  },
  {
    operations: ['PUT /api/v1/lines/{id}/funckeys'],
    make: async (asker) => ({
      params: await newLine(asker),
      body: { keys: { 1: { type: 'speeddial', value: '1001' } } },
    }),
  },
  { operations: ['PUT /api/v1/extensions/features'], make: async () => ({ body: { codes: { dnd: '*25' } } }) },
  {
    operations: ['POST /api/v1/endpoints/sip/{uuid}/revert'],
    make: changed('/api/v1/endpoints/sip', newEndpoint),
  },
  {
    operations: ['POST /api/v1/endpoints/sip/templates/{uuid}/revert'],
    make: changed(
      '/api/v1/endpoints/sip/templates',
      made('/api/v1/endpoints/sip/templates', 'uuid', () => ({ label: `t${shortId()}`, ...endpoint() })),
    ),
  },
  {
    // Names of endpoints are of the whole installation.
    operations: ['POST /api/v1/sip/import'],
    make: async (asker) => {
      const text = `[i${shortId()}]\ntype=friend\nhost=dynamic\nsecret=x\ncontext=${contextOf(asker)}\n`
      return { body: { file: 'sip.conf', text } }
    },
  },
  { operations: ['GET /api/v1/asterisks'], ofInstallation: true },
  {
    operations: ['POST /api/v1/sip/imports'],
    make: async () => ({ body: { file: 'sip.conf', text: '[general]\n' }, query: '?dry_run=true' }),
  },
  {
    operations: ['GET /api/v1/sip/imports/{task}/report'],
    make: async (asker) => {
      const task = await asker.made('POST', '/api/v1/sip/imports?dry_run=true', { text: '[general]\n' })
      const path = `/api/v1/sip/imports/${task.id}/report`
      // It is written when the task has planned.
      for (let tries = 0; tries < 100 && (await asker.ask('GET', path)).status !== 200; tries++) await delay(50)
      return { params: { task: String(task.id) } }
    },
  },
  {
    operations: ['PUT /api/v1/sip/uploads/{upload}/parts/{place}'],
    make: async () => ({ params: { upload: `u${shortId()}`, place: '0' } }),
    namesOwn: true,
  },
  { operations: ['POST /api/v1/endpoints/sip/templates/reset'], make: async () => ({ query: '?dry_run=true' }) },
  // The house of the matrix has no Asterisk.
  {
    operations: ['GET /api/v1/asterisks/{id}', 'POST /api/v1/asterisks/{id}/check'],
    make: async () => ({ params: { id: 'none' } }),
    answers: 404,
  },
]

const nounMakers = nouns.flatMap(({ path, key, body, reads }): Maker[] => {
  const one = `${path}/{${key}}`
  const make = made(path, key, body)
  return [
    { operations: [`POST ${path}`], make: async (asker) => ({ body: body(asker) }) },
    {
      operations: [`DELETE ${one}`, ...reads.map((read) => `GET ${one}${read}`)],
      make: async (asker) => ({ params: await make(asker) }),
    },
    {
      operations: [`PUT ${one}`],
      make: async (asker) => ({ params: await make(asker), body: path.includes('endpoints') ? endpoint() : {} }),
    },
  ]
})

export const sipMakers: readonly Maker[] = [...others, ...installationMakers, ...associationMakers, ...nounMakers]
