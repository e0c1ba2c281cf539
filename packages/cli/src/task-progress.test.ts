import { getTask, rootTenantId } from '@strowger/schema'
import { expect, test } from 'vitest'
import { tenantTree } from './commands/tenants.ts'
import { progressLine } from './task-progress.ts'

const task = getTask.example.output

test('a task is shown as far as it is, with a bar where there is room for one', () => {
  expect(progressLine(task, false)).toBe('rendering.reconfigure  running  120 of 1000 devices  12 %')
  const half = { ...task, progress: { current: 500, total: 1000, unit: 'devices' } }
  expect(progressLine(half, true)).toBe(
    `rendering.reconfigure  ${'█'.repeat(14)}${'░'.repeat(14)}  50 %  500 of 1000 devices`,
  )
})

test('a task that counts nothing yet is shown by its state', () => {
  const { progress: _progress, ...waiting } = { ...task, state: 'waiting' as const }
  expect(progressLine(waiting, true)).toBe('rendering.reconfigure  waiting')
})

test('each tenant stands below its parent, also when the root is not shown', () => {
  const tenants = [
    { id: 'c', parent: 'b', name: 'Room service', revision: 3 },
    { id: 'b', parent: rootTenantId, name: 'Hotel Paris', revision: 2 },
    { id: 'a', parent: rootTenantId, name: 'Hotel Lyon', revision: 1 },
  ]
  expect(tenantTree(tenants)).toEqual(['a  Hotel Lyon', 'b  Hotel Paris', 'c    Room service'])
})
