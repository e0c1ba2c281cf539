import Type from 'typebox'
import { defineRequest } from '../definition.ts'
import { TaskDocument } from '../documents/task.ts'
import { ObjectId, rootTenantId } from '../identity.ts'
import { listParameters, Page } from './lists.ts'

const owner = 'gateway' as const

export const exampleTask = {
  id: '0d9c1f5e7a2b4c3d8e6f5a4b3c2d1e0f',
  kind: 'rendering.reconfigure',
  owner: 'rendering',
  tenant: rootTenantId,
  actor: { kind: 'person' as const, name: 'admin' },
  cancelRequested: false,
  state: 'running' as const,
  progress: { current: 120, total: 1000, unit: 'devices' },
  startedAt: '2026-11-21T09:30:00.000Z',
  updatedAt: '2026-11-21T09:30:01.000Z',
}

export const listTasks = defineRequest({
  domain: 'tasks',
  verb: 'list',
  owner,
  summary: 'Long work of the last 30 days, newest first',
  input: Type.Object({
    ...listParameters,
    order: Type.Optional(Type.Enum(['startedAt', 'updatedAt', 'kind'])),
    kind: Type.Optional(Type.String({ maxLength: 64 })),
    state: Type.Optional(TaskDocument.properties.state),
  }),
  output: Page(TaskDocument),
  rest: { method: 'GET', path: '/api/v1/tasks', success: 200, permission: 'read' },
  example: { input: {}, output: { items: [exampleTask], total: 1 } },
})

export const getTask = defineRequest({
  domain: 'tasks',
  verb: 'get',
  owner,
  summary: 'One task',
  input: Type.Object({ id: ObjectId }),
  output: TaskDocument,
  errors: ['not-found'],
  rest: { method: 'GET', path: '/api/v1/tasks/{id}', success: 200, permission: 'read' },
  example: { input: { id: exampleTask.id }, output: exampleTask },
})

export const cancelTask = defineRequest({
  domain: 'tasks',
  verb: 'cancel',
  owner,
  summary: 'Asks a task to stop; what it has done stays done',
  input: Type.Object({ id: ObjectId }),
  output: TaskDocument,
  errors: ['not-found', 'conflict'],
  rest: { method: 'POST', path: '/api/v1/tasks/{id}/cancel', success: 202, permission: 'write' },
  example: { input: { id: exampleTask.id }, output: { ...exampleTask, cancelRequested: true } },
})
