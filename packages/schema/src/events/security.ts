import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { Address, Instant, ObjectId } from '../identity.ts'
import { securityStream } from '../streams.ts'

/** Numbers of one producer grow within a tenant, so that a reader knows what it has had. */
const numbering = {
  producer: Type.String({ maxLength: 64, description: 'Who numbered it: an ingress, or a schema’s outbox' }),
}

export const SecurityObservation = Type.Object({
  number: Type.Integer({ minimum: 1 }),
  kind: Type.Enum(['sensitive-file', 'refused', 'wrong-key'], {
    description:
      'sensitive-file: a file that may hold credentials was asked for; refused: it was not given, as `reason` says; wrong-key: a wrong provisioning key or password, or no key where one is required',
  }),
  address: Address,
  file: Type.String({ maxLength: 512 }),
  device: Type.Optional(ObjectId),
  reason: Type.Optional(Type.String({ maxLength: 200 })),
  forgeable: Type.Optional(
    Type.Boolean({ description: 'Nothing proves that the source is not forged: nobody may be banned for it' }),
  ),
  at: Instant,
  traceparent: Type.Optional(Type.String({ maxLength: 64 })),
})
export type SecurityObservation = Type.Static<typeof SecurityObservation>

export const requestsObserved = defineEvent({
  stream: securityStream,
  participle: 'observed',
  owner: 'ingress',
  readers: ['fail2ban'],
  summary: 'Requests that the security log is about: many a message',
  payload: Type.Object({ ...numbering, observations: Type.Array(SecurityObservation) }),
  example: {
    producer: 'ingress-0d9c1f5e',
    observations: [
      {
        number: 41,
        kind: 'sensitive-file',
        address: '127.0.0.1',
        file: '001565123456.cfg',
        device: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
        at: '2026-11-21T09:30:00.000Z',
      },
    ],
  },
})

export const deviceAutocreated = defineEvent({
  stream: securityStream,
  participle: 'autocreated',
  owner: 'identification',
  readers: ['fail2ban'],
  summary:
    'An unknown phone became a device by asking; over TFTP told when it has taken a file, which proves its address',
  payload: Type.Object({ address: Address, device: ObjectId, at: Instant }),
  example: { address: '127.0.0.1', device: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b', at: '2026-11-21T09:30:00.000Z' },
})
