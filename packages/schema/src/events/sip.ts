import { defineEvent } from '../definition.ts'
import { DeviceLines } from '../documents/device-lines.ts'
import { exampleDeviceLines } from '../requests/device-lines.ts'
import { sipStream } from '../sip-buckets.ts'

export const deviceLinesChanged = defineEvent({
  stream: sipStream,
  participle: 'device-lines-changed',
  owner: 'sip-config',
  readers: ['rendering', 'identification'],
  summary: 'A device got other lines, or a line of it changed: its tenant is set and its config is made',
  payload: DeviceLines,
  example: exampleDeviceLines,
})
