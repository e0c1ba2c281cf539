import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'
import { applySettings } from './apply/apply-settings.ts'
import { fastAgiSettings } from './fastagi/fastagi-settings.ts'

export const sipConfigSettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
  ...applySettings,
  ...fastAgiSettings,
  DEFAULT_ASTERISK_ID: {
    schema: Type.String({ minLength: 1, maxLength: 64 }),
    default: 'asterisk',
    description: 'The Asterisk that has the endpoints for which neither they nor their tenant name one.',
  },
})
