import { defineSettings } from '@strowger/service'
import Type from 'typebox'

/** How the Asterisks are reached, and how they are kept. */
export const applySettings = defineSettings({
  ARI_URL: {
    schema: Type.String({ pattern: '^https?://' }),
    optional: true,
    description:
      'Asterisk’s REST interface, by which objects are written. Without it, and without ASTERISKS_FILE, nothing is applied.',
    example: 'http://127.0.0.1:8088',
  },
  ARI_USERNAME: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    default: 'strowger',
    description: 'User of ari.conf; not read_only.',
  },
  ARI_PASSWORD: { schema: Type.String(), optional: true, secret: true, description: 'Password of that user.' },
  AMI_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    optional: true,
    description: 'Asterisk’s manager interface, by which its restarts are seen. Default: the host of ARI_URL.',
    example: '127.0.0.1',
  },
  AMI_PORT: {
    schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 5038,
    description: 'Port of the manager interface.',
  },
  AMI_USERNAME: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    default: 'strowger',
    description: 'User of manager.conf; it needs the write classes system, call, reporting and command.',
  },
  AMI_SECRET: { schema: Type.String(), optional: true, secret: true, description: 'Secret of that user.' },
  ASTERISKS_FILE: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description:
      'JSON file with a list of Asterisks, when there are several: `[{"id", "ariUrl", "ariUsername", "ariPassword", "amiHost", "amiPort", "amiUsername", "amiSecret"}]`. Configurations name one in asterisk_id.',
    example: '/etc/strowger/asterisks.json',
  },
  APPLY_PROFILE: {
    schema: Type.Enum(['memory', 'realtime', 'files']),
    default: 'memory',
    description:
      'Where Asterisk has its objects: in its memory, in tables of PostgreSQL that it reads by itself, or in a pjsip.conf that is written for it and that somebody else has it read.',
  },
  APPLY_FILE: {
    schema: Type.String({ minLength: 1 }),
    default: 'pjsip.conf',
    description: 'Where the profile `files` writes; `{id}` in it stands for the id of the Asterisk.',
    example: '/etc/asterisk/pjsip.d/strowger-{id}.conf',
  },
  DRIFT_CHECK_MS: {
    schema: Type.Integer({ minimum: 1_000 }),
    default: 600_000,
    unit: 'ms',
    description: 'How long after the last comparison every object in Asterisk is read and compared again.',
  },
})
