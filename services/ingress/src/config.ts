import { commonSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

const Port = Type.Integer({ minimum: 0, maximum: 65_535 })

export const ingressSettings = defineSettings({
  ...commonSettings,
  PHONE_HOST: {
    schema: Type.String(),
    optional: true,
    description: 'Address on which phones are served. Without it all addresses, IPv4 and IPv6.',
  },
  PHONE_HTTP_PORT: { schema: Port, default: 8667, description: 'TCP port on which phones fetch files over HTTP.' },
  PHONE_TFTP_PORT: {
    schema: Port,
    default: 6969,
    description: 'UDP port on which phones fetch files over TFTP. Phones ask on 69, which needs a privilege.',
  },
  PHONE_TFTP_SINGLE_PORT: {
    schema: Type.Boolean(),
    default: false,
    description: 'Answer TFTP from the port that was asked, for networks that translate addresses (containers).',
  },
  PHONE_RATE_PER_S: {
    schema: Type.Integer({ minimum: 1 }),
    default: 200,
    unit: 'requests/s',
    description: 'How many requests of one source address are answered in the long run.',
  },
  PHONE_RATE_BURST: {
    schema: Type.Integer({ minimum: 1 }),
    default: 6_000,
    unit: 'requests',
    description: 'How many may come at once: a site of 1,000 phones behind one address asks for six files each.',
  },
  PHONE_WAIT_MS: {
    schema: Type.Integer({ minimum: 100, maximum: 60_000 }),
    default: 2_000,
    unit: 'ms',
    description: 'How long a phone is kept waiting for a file before it is told to come back.',
  },
  ANSWER_CACHE_BYTES: {
    schema: Type.Integer({ minimum: 0 }),
    default: 67_108_864,
    unit: 'bytes',
    description: 'Memory for answers given before.',
  },
  STATE_DIR: {
    schema: Type.String({ minLength: 1 }),
    default: '.strowger/ingress',
    description: 'Folder of the journal of security events: what was answered and is not yet in the stream.',
  },
  JOURNAL_MAX_BYTES: {
    schema: Type.Integer({ minimum: 65_536 }),
    default: 268_435_456,
    unit: 'bytes',
    description:
      'How much of the journal is kept while NATS is away; beyond it the oldest events are lost, and counted.',
  },
})
