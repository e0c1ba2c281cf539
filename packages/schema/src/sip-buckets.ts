import { defineBucket } from './definition.ts'
import { SipConfiguration } from './documents/sip-configuration.ts'
import { exampleSipConfiguration } from './requests/sip-configurations.ts'

const mebibyte = 1_048_576
const owner = 'sip-config' as const
const readers = ['sip-config'] as const

export const sipConfigurationsBucket = defineBucket({
  name: 'SIP_CONFIGURATIONS',
  owner,
  readers,
  summary: 'Every SIP endpoint and template, its secrets sealed',
  key: 'uuid',
  value: SipConfiguration,
  maxBytes: 1024 * mebibyte,
  example: { key: exampleSipConfiguration.uuid, value: exampleSipConfiguration },
})
