import { defineStream } from './definition.ts'

const day = 86_400
const mebibyte = 1_048_576

export const deviceStream = defineStream({
  domain: 'device',
  summary: 'Devices that appeared, changed or went',
  maxAgeS: 7 * day,
  maxBytes: 512 * mebibyte,
})

export const configStream = defineStream({
  domain: 'config',
  summary: 'Configs and plugins that changed; rendering works them off',
  maxAgeS: 7 * day,
  maxBytes: 256 * mebibyte,
})

export const phoneStream = defineStream({
  domain: 'phone',
  summary: 'What phones fetched, in batches',
  maxAgeS: 2 * day,
  maxBytes: 512 * mebibyte,
})

/** Kept long: it is what the security log is written from, also after days without the service that writes it. */
export const securityStream = defineStream({
  domain: 'security',
  summary: 'What the security log is written from',
  maxAgeS: 30 * day,
  maxBytes: 1024 * mebibyte,
})

export const tenantStream = defineStream({
  domain: 'tenant',
  summary: 'Tenants that were added, renamed or removed',
  maxAgeS: 30 * day,
  maxBytes: 64 * mebibyte,
})

/** Records of calls that others bring; kept until they are stored, for as long as there is room. */
export const cdrStream = {
  ...defineStream({
    domain: 'cdr',
    summary: 'Records of calls on their way to rating',
    maxAgeS: 14 * day,
    maxBytes: 1024 * mebibyte,
  }),
  name: 'CDR_RAW',
  subject: 'cdr.raw.v1.>',
}
