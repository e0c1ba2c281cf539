import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

export const gatewaySettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
  GATEWAY_HOST: {
    schema: Type.String({ minLength: 1 }),
    default: '127.0.0.1',
    description: 'Address on which REST is answered.',
    example: '0.0.0.0',
  },
  GATEWAY_PORT: {
    schema: Type.Integer({ minimum: 0, maximum: 65_535 }),
    default: 8080,
    description: 'Port on which REST is answered; 0 takes any free one.',
  },
  ADMIN_PASSWORD: {
    schema: Type.String({ minLength: 8 }),
    optional: true,
    secret: true,
    description: 'Password of the first administrator, `admin`, who is made when there is no user yet.',
  },
  SESSION_IDLE_S: {
    schema: Type.Integer({ minimum: 60, maximum: 31_536_000 }),
    default: 43_200,
    unit: 's',
    description: 'After how long without a request a session ends.',
  },
  SESSION_MAX_S: {
    schema: Type.Integer({ minimum: 60, maximum: 31_536_000 }),
    default: 604_800,
    unit: 's',
    description: 'After how long a session ends however much it is used.',
  },
  AUDIT_KEPT_DAYS: {
    schema: Type.Integer({ minimum: 30, maximum: 36_500 }),
    default: 400,
    unit: 'days',
    description: 'How long the audit tells who changed what.',
  },
  IDEMPOTENCY_KEPT_S: {
    schema: Type.Integer({ minimum: 60, maximum: 604_800 }),
    default: 86_400,
    unit: 's',
    description: 'How long the answer to a request with an Idempotency-Key is kept for who asks again.',
  },
  OPENID_ISSUER: {
    schema: Type.String({ pattern: '^https?://' }),
    optional: true,
    description: 'The OpenID Connect provider that may sign users in. Without it there are only passwords.',
    example: 'https://login.example.com/realms/office',
  },
  OPENID_CLIENT_ID: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description: 'As what the provider knows this installation.',
  },
  OPENID_CLIENT_SECRET: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    secret: true,
    description: 'Its secret at the provider.',
  },
  OPENID_CLAIM: {
    schema: Type.String({ minLength: 1 }),
    default: 'email',
    description:
      'The claim that must be the log-in of a user without password when it signs in for the first time; afterwards the provider’s own id counts.',
  },
  GATEWAY_URL: {
    schema: Type.String({ pattern: '^https?://[^/]+$' }),
    optional: true,
    description: 'Under which address browsers reach the gateway; the provider sends them back there.',
    example: 'https://pbx.example.com',
  },
  STROWGER_BOOTSTRAP_TOKEN: {
    schema: Type.String({ minLength: 16 }),
    optional: true,
    secret: true,
    description: 'A token for automation, administrator of the root tenant. Setting another one ends the former.',
  },
})
