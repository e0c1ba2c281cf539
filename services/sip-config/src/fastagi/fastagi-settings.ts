import { defineSettings } from '@strowger/service'
import Type from 'typebox'

/** Where dialled codes arrive. */
export const fastAgiSettings = defineSettings({
  FASTAGI_HOST: {
    schema: Type.String({ minLength: 1 }),
    default: '127.0.0.1',
    description: 'Address on which Asterisk asks what a dialled provisioning code does (FastAGI).',
  },
  FASTAGI_PORT: {
    schema: Type.Integer({ minimum: 0, maximum: 65_535 }),
    default: 4573,
    description: 'Port of the same; 0 takes any free one.',
  },
  FASTAGI_FROM: {
    schema: Type.Array(Type.String(), { minItems: 1 }),
    default: ['127.0.0.0/8', '::1/128'],
    description: 'Addresses and networks of the Asterisks that may ask.',
    example: '127.0.0.0/8,192.0.2.10/32',
  },
})
