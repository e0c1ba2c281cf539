import { commonSettings, databaseSettings, defineSettings } from '@strowger/service'
import Type from 'typebox'

export const renderingSettings = defineSettings({
  ...commonSettings,
  ...databaseSettings,
  PLUGINS_DIR: {
    schema: Type.String({ minLength: 1 }),
    default: 'packages/plugins',
    description: 'Folder of the built-in plugins, with hashes.json beside their families.',
  },
  SITE_PLUGINS_DIR: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description:
      'Folder of the site’s own plugins, laid out as that of the built-in ones. Trusted by its hashes.json, which `strowger plugins trust` writes; read at the start. There may be none.',
    example: '/var/lib/strowger/site-plugins',
  },
  PLUGIN_FOLDER: {
    schema: Type.String({ minLength: 1 }),
    optional: true,
    description:
      'Folder where custom templates of the root tenant can be edited as files, with a folder for each plugin. Of several replicas one keeps it.',
    example: '/var/lib/strowger/plugins',
  },
  PLUGIN_FOLDER_FILES: {
    schema: Type.Boolean(),
    default: false,
    description:
      'With each reconfigure of the root tenant, write the rendered files to var/tftpboot of that folder. They hold passwords.',
  },
  RECENT_FILES_BYTES: {
    schema: Type.Integer({ minimum: 0 }),
    default: 16_777_216,
    unit: 'bytes',
    description: 'Memory for files rendered lately, so that what is asked for again within moments is rendered once.',
  },
  AMI_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    optional: true,
    description:
      'Asterisk’s manager interface, by which phones are told to fetch their files again. Without it they cannot be.',
    example: '127.0.0.1',
  },
  AMI_PORT: {
    schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 5038,
    description: 'Port of the manager interface.',
  },
  AMI_USERNAME: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    optional: true,
    description: 'User of manager.conf; it needs the write class system.',
    example: 'strowger',
  },
  AMI_SECRET: { schema: Type.String(), optional: true, secret: true, description: 'Secret of that user.' },
  SYNCHRONIZE_PER_SECOND: {
    schema: Type.Number({ exclusiveMinimum: 0, maximum: 1_000 }),
    default: 5,
    unit: 'phones',
    description: 'How many phones a second are told to fetch their files, so that a site does not restart at once.',
  },
  SYNCHRONIZE_AT_ONCE: {
    schema: Type.Integer({ minimum: 1, maximum: 5_000 }),
    default: 100,
    unit: 'phones',
    description: 'How many phones may be on their way back at once; the next one is told when one has come.',
  },
  SYNCHRONIZE_WAIT_MS: {
    schema: Type.Integer({ minimum: 1_000, maximum: 3_600_000 }),
    default: 300_000,
    unit: 'ms',
    description: 'How long a phone is waited for that was told: a restart takes minutes.',
  },
  ADVERTISED_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    default: '127.0.0.1',
    description:
      'Name or address of this server that phones are told: where they fetch files and where their SIP proxy is.',
    example: '192.0.2.10',
  },
  ADVERTISED_HTTP_URL: {
    schema: Type.String(),
    optional: true,
    description: 'Prefix of the URLs that phones are told, when it is not http://ADVERTISED_HOST:PHONE_HTTP_PORT.',
    example: 'https://phones.example.com',
  },
  ADVERTISED_SIP_HOST: {
    schema: Type.String({ minLength: 1, maxLength: 255 }),
    optional: true,
    description: 'Name or address of the SIP proxy and registrar, when Asterisk is not on ADVERTISED_HOST.',
  },
  PHONE_HTTP_PORT: {
    schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 8667,
    description: 'Port of ingress that phones are told for HTTP.',
  },
  PHONE_TFTP_PORT: {
    schema: Type.Integer({ minimum: 1, maximum: 65_535 }),
    default: 6969,
    description: 'Port of ingress that phones are told for TFTP.',
  },
})
