import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { Asterisk, AsteriskId } from '../documents/asterisk.ts'
import { TaskDocument } from '../documents/task.ts'
import { flatListParameters, Page } from './lists.ts'
import { exampleTask } from './tasks.ts'

export const exampleAsterisk: Asterisk = {
  id: 'asterisk',
  profile: 'memory',
  connected: true,
  wanted: 30_004,
  waiting: 0,
  refused: 0,
  last_full_push: { at: '2026-11-21T09:31:00.000Z', duration_ms: 11_200, objects: 30_004 },
  full_pushes: 1,
  last_check: { at: '2026-11-21T09:41:00.000Z', compared: 30_004, difference_count: 0, differences: [] },
  keeper: '5f0c2b8a4d6e4f3f9b1a7c8d9e0f1a2b',
  at: '2026-11-21T09:42:00.000Z',
}
const { id } = exampleAsterisk
const owner = 'sip-config' as const
const domain = 'asterisks'
const path = '/api/v1/asterisks'

export const asterisks = {
  list: defineRequest({
    domain,
    verb: 'list',
    owner,
    summary: 'Every Asterisk: whether it is reached, what it has, what was last found in it; the root tenant only',
    input: Type.Object({ ...flatListParameters, order: Type.Optional(Type.Enum(['id', 'waiting', 'refused'])) }),
    output: Page(Asterisk),
    errors: ['forbidden'],
    rest: { method: 'GET', path, success: 200, permission: 'read' },
    example: { input: {}, output: { items: [exampleAsterisk], total: 1 } },
  }),
  get: defineRequest({
    domain,
    verb: 'get',
    owner,
    summary: 'One Asterisk; the root tenant only',
    input: Type.Object({ id: AsteriskId }),
    output: Asterisk,
    errors: ['not-found', 'forbidden'],
    rest: { method: 'GET', path: `${path}/{id}`, success: 200, permission: 'read' },
    example: { input: { id }, output: exampleAsterisk },
  }),
  check: defineRequest({
    domain,
    verb: 'check',
    owner,
    summary:
      'Compares every object in an Asterisk with what was written and repairs what differs, as a task; the root tenant only',
    input: Type.Object({ id: AsteriskId }),
    output: TaskDocument,
    errors: ['not-found', 'forbidden'],
    rest: { method: 'POST', path: `${path}/{id}/check`, success: 202, permission: 'write' },
    example: { input: { id }, output: { ...exampleTask, kind: 'sip-config.check-asterisk', owner } },
  }),
}
