import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

export const identificationSettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
  UNKNOWN_PHONES_WAITING: {
    schema: Type.Integer({ minimum: 1 }),
    default: 10_000,
    unit: 'phones',
    description: 'How many unknown phones may wait to become devices; those beyond are told to come back.',
  },
})
