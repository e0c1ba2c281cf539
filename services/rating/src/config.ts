import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

export const ratingSettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
  RATING_CURRENCY: {
    schema: Type.String({ pattern: '^[A-Z]{3}$' }),
    default: 'EUR',
    description: 'Currency in which margins are told (ISO 4217).',
  },
  RATING_ZONE: {
    schema: Type.String({ minLength: 1 }),
    default: 'UTC',
    description: 'Zone of the days of nodes that say none (IANA name).',
    example: 'Europe/Rome',
  },
  RATING_BATCH_RECORDS: {
    schema: Type.Integer({ minimum: 1, maximum: 400_000 }),
    default: 20_000,
    unit: 'records',
    description: 'How many records of a source are stored in one transaction, about.',
  },
  RATING_RUN_RETENTION_DAYS: {
    schema: Type.Integer({ minimum: 0, maximum: 36_500 }),
    default: 30,
    unit: 'days',
    description:
      'How long the results of a run that is not published are kept. After that it cannot be published any more; its sums and its hash stay. 0 keeps everything.',
  },
})
