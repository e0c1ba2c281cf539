import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Ban } from '../documents/ban.ts'
import { Offender } from '../documents/flood.ts'
import { Address } from '../identity.ts'
import { flatListParameters, Page } from './lists.ts'

const owner = 'ingress' as const
const exampleBan = { address: '203.0.113.5', reason: 'scanning', until: '2026-11-21T10:00:00.000Z', by: 'admin' }

export const listBans = defineRequest({
  domain: 'bans',
  verb: 'list',
  owner,
  summary: 'Sources that are served nothing at present',
  input: Type.Object({ ...flatListParameters, order: Type.Optional(Type.Enum(['address', 'until'])) }),
  output: Page(Ban),
  errors: ['forbidden'],
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
  errors: ['forbidden'],
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
  errors: ['not-found', 'forbidden'],
  rest: {
    method: 'DELETE',
    path: '/api/v1/bans/{address}',
    success: 204,
    permission: 'admin',
    unversioned: 'a ban has no revision: a later one takes the place of an earlier one',
  },
  example: { input: { address: '203.0.113.5' }, output: {} },
})

export const reportBans = defineRequest({
  domain: 'bans',
  verb: 'report',
  owner,
  summary: 'Who was banned by the house itself, or would have been, or was not because known phones are there',
  input: Type.Object({
    ...flatListParameters,
    order: Type.Optional(Type.Enum(['at', 'address', 'count'])),
    outcome: Type.Optional(Offender.properties.outcome),
  }),
  output: Page(Offender),
  errors: ['forbidden'],
  rest: { method: 'GET', path: '/api/v1/bans/report', success: 200, permission: 'admin' },
  example: {
    input: {},
    output: {
      items: [
        {
          address: '203.0.113.5',
          kind: 'refused',
          count: 20,
          outcome: 'would-have-banned',
          at: '2026-11-21T10:00:00.000Z',
          times: 1,
          firstAt: '2026-11-21T10:00:00.000Z',
        },
      ],
      total: 1,
    },
  },
})

export const isKnownAddress = defineRequest({
  domain: 'bans',
  verb: 'known',
  owner: 'identification',
  callers: ['ingress'],
  summary: 'Whether known phones are at an address: their own fetching bans nobody',
  input: Type.Object({ address: Address }),
  output: Type.Object({
    address: Address,
    known: Type.Boolean(),
    devices: Type.Integer({ minimum: 0, description: 'Claimed, configured, or that have taken their configuration' }),
    newDevices: Type.Integer({ minimum: 0, description: 'That came, or were refused, within banFindTimeS' }),
    refused: Type.Integer({ minimum: 0, description: 'Requests refused within banFindTimeS' }),
    why: Type.String(),
  }),
  errors: ['forbidden'],
  rest: { method: 'GET', path: '/api/v1/bans/known', success: 200, permission: 'read' },
  example: {
    input: { address: '192.0.2.30' },
    output: {
      address: '192.0.2.30',
      known: true,
      devices: 12,
      newDevices: 0,
      refused: 0,
      why: '12 known phones are there',
    },
  },
})
