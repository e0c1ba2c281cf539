import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Ban } from '../documents/ban.ts'
import { Address } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'ingress' as const
const exampleBan = { address: '203.0.113.5', reason: 'scanning', until: '2026-11-21T10:00:00.000Z', by: 'admin' }

export const listBans = defineRequest({
  domain: 'bans',
  verb: 'list',
  owner,
  summary: 'Sources that are served nothing at present',
  input: Type.Object({ limit: listParameters.limit, offset: listParameters.offset }),
  output: Page(Ban),
  rest: { method: 'GET', path: '/api/v1/bans', success: 200, permission: 'admin' },
  example: { input: {}, output: { items: [exampleBan], total: 1 } },
})

export const createBan = defineRequest({
  domain: 'bans',
  verb: 'create',
  owner,
  summary: 'Serves a source nothing for a while, on every replica',
  input: Type.Object({
    ban: Type.Object({
      address: Address,
      reason: Type.Optional(Ban.properties.reason),
      durationS: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000, default: 600 })),
    }),
  }),
  output: Ban,
  rest: { method: 'POST', path: '/api/v1/bans', success: 201, permission: 'admin', body: 'ban' },
  example: { input: { ban: { address: '203.0.113.5', durationS: 1800 } }, output: exampleBan },
})

export const deleteBan = defineRequest({
  domain: 'bans',
  verb: 'delete',
  owner,
  summary: 'Serves a source again',
  input: Type.Object({ address: Address }),
  output: Type.Object({}),
  errors: ['not-found'],
  rest: { method: 'DELETE', path: '/api/v1/bans/{address}', success: 204, permission: 'admin' },
  example: { input: { address: '203.0.113.5' }, output: {} },
})
