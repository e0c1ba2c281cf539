import { commonSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

export const fail2banSettings = defineSettings({
  ...commonSettings,
  FAIL2BAN_LOG_FILE: {
    schema: Type.String({ minLength: 1 }),
    default: '.strowger/log/strowger-fail2ban.log',
    description:
      'The log that fail2ban reads. Its position in the stream of events is kept beside it, in <file>.position.',
    example: '/var/log/wazo-provd-fail2ban.log',
  },
})
