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
  STROWGER_BOOTSTRAP_TOKEN: {
    schema: Type.String({ minLength: 16 }),
    optional: true,
    secret: true,
    description: 'A token for automation, administrator of the root tenant. Setting another one ends the former.',
  },
})
