import { type Asker, type Maker, shortId } from '../maker.ts'

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
  readonly isWritten: boolean
}

const nouns: readonly Noun[] = [
  { path: '/api/v1/lines', key: 'id', body: line, reads: [''], isWritten: true },
  { path: '/api/v1/trunks', key: 'id', body: trunk, reads: [''], isWritten: true },
  {
    path: '/api/v1/endpoints/sip',
    key: 'uuid',
    body: () => ({ name: `e${shortId()}`, ...endpoint() }),
    reads: ['', '/explain', '/history'],
    isWritten: true,
  },
  {
    path: '/api/v1/endpoints/sip/templates',
    key: 'uuid',
    body: () => ({ label: `t${shortId()}`, ...endpoint() }),
    reads: ['', '/explain', '/history'],
    isWritten: true,
  },
  { path: '/api/v1/extensions', key: 'id', body: extension, reads: [], isWritten: false },
]

const others: readonly Maker[] = [
  // A line that was just made is on no device: a 404 for everybody.
  {
    operations: ['GET /api/v1/lines/{id}/devices'],
    make: async (asker) => ({ params: await made('/api/v1/lines', 'id', line)(asker) }),
    answers: 404,
  },
  { operations: ['GET /api/v1/sip/import', 'GET /api/v1/asterisks'], ofInstallation: true },
  {
    operations: ['POST /api/v1/sip/import', 'POST /api/v1/sip/imports'],
    make: async () => ({ body: { file: 'sip.conf', text: '[general]\n' }, query: '?dry_run=true' }),
  },
  { operations: ['POST /api/v1/endpoints/sip/templates/reset'], make: async () => ({ query: '?dry_run=true' }) },
  // The house of the matrix has no Asterisk.
  {
    operations: ['GET /api/v1/asterisks/{id}', 'POST /api/v1/asterisks/{id}/check'],
    make: async () => ({ params: { id: 'none' } }),
    answers: 404,
  },
]

const nounMakers = nouns.flatMap(({ path, key, body, reads, isWritten }): Maker[] => {
  const one = `${path}/{${key}}`
  const make = made(path, key, body)
  return [
    { operations: [`POST ${path}`], make: async (asker) => ({ body: body(asker) }) },
    {
      operations: [`DELETE ${one}`, ...reads.map((read) => `GET ${one}${read}`)],
      make: async (asker) => ({ params: await make(asker) }),
    },
    ...(isWritten
      ? [
          {
            operations: [`PUT ${one}`],
            make: async (asker: Asker) => ({
              params: await make(asker),
              body: path.includes('endpoints') ? endpoint() : {},
            }),
          },
        ]
      : []),
  ]
})

export const sipMakers: readonly Maker[] = [...others, ...nounMakers]
