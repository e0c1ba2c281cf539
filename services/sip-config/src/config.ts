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
  SIP_IMPORT_FILE: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description: 'A sip.conf or pjsip.conf that is there already: it is offered for import at the first start.',
    example: '/etc/asterisk/sip.conf',
  },
  ADVERTISED_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    default: '127.0.0.1',
    description: 'Name or address of this server that phones are told: the registrar `default` has it.',
    example: '192.0.2.10',
  },
  ADVERTISED_SIP_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    optional: true,
    description: 'Name or address of the SIP proxy and registrar, when Asterisk is not on ADVERTISED_HOST.',
  },
})
