import Type from 'typebox'
import { defineEvent } from '../definition.ts'
import { Device } from '../documents/device.ts'
import { examples } from '../requests/phone.ts'
import { deviceStream } from '../streams.ts'

const owner = 'identification' as const
const readers = ['rendering'] as const
const payload = Type.Object({ device: Device })
const example = { device: examples.device }

export const deviceCreated = defineEvent({
  stream: deviceStream,
  participle: 'created',
  owner,
  readers,
  summary: 'A device exists that did not',
  payload,
  example,
})

export const deviceUpdated = defineEvent({
  stream: deviceStream,
  participle: 'updated',
  owner,
  readers,
  summary: 'A device differs from before',
  payload,
  example,
})

export const deviceDeleted = defineEvent({
  stream: deviceStream,
  participle: 'deleted',
  owner,
  readers,
  summary: 'A device is gone',
  payload,
  example,
})
