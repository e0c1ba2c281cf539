import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { Address, Instant, ObjectId, Revision } from '../identity.ts'
import { phoneStream } from '../streams.ts'

export const FetchFact = Type.Object({
  device: ObjectId,
  file: Type.String({ maxLength: 512 }),
  transport: Type.Enum(['http', 'tftp']),
  address: Address,
  revision: Revision,
  digest: Type.Optional(Type.String({ maxLength: 64, description: 'Of the bytes it took' })),
  confirms: Type.Boolean({ description: 'The file holds the configuration: the phone now has this revision' }),
  at: Instant,
})
export type FetchFact = Type.Static<typeof FetchFact>

export const fileFetched = defineEvent({
  stream: phoneStream,
  participle: 'fetched',
  owner: 'ingress',
  readers: ['identification'],
  summary: 'Phones took files: many facts a message',
  payload: Type.Object({ facts: Type.Array(FetchFact) }),
  example: {
    facts: [
      {
        device: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
        file: '001565123456.cfg',
        transport: 'http',
        address: '127.0.0.1',
        revision: 3,
        digest: 'nUyHk3pJc1s8mYb2l0aZqA',
        confirms: true,
        at: '2026-11-21T09:30:00.000Z',
      },
    ],
  },
})
