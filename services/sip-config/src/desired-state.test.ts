import { expect, it } from 'vitest'
import type { DesiredChange, DesiredObject } from './desired-object.ts'
import { createDesiredState } from './desired-state.ts'

const object = (id: string, digest = id, more: Partial<DesiredObject> = {}): DesiredObject => ({
  type: 'endpoint',
  id,
  fields: [],
  digest,
  configuration: `of ${id}`,
  tenant: 'hotel',
  ...more,
})

const single = { isMass: false, hasMore: false }

it('tells each Asterisk what changed for it, and only that', () => {
  const state = createDesiredState()
  const told: DesiredChange[] = []
  state.onChanged((change) => told.push(change))
  state.update([
    ['one', { asteriskId: 'a', objects: [object('x'), object('y')] }],
    ['two', { asteriskId: 'b', objects: [object('z')] }],
  ])
  expect(told.map(({ asteriskId, changed }) => [asteriskId, changed.map(({ id }) => id)])).toEqual([
    ['a', ['x', 'y']],
    ['b', ['z']],
  ])
  told.length = 0
  state.update([['one', { asteriskId: 'a', objects: [object('x'), object('y', 'other')] }]])
  expect(told).toEqual([{ asteriskId: 'a', changed: [object('y', 'other')], removed: [], ...single }])
  told.length = 0
  state.update([['one', { asteriskId: 'b', objects: [object('x')] }]])
  expect(told).toEqual([
    { asteriskId: 'a', changed: [], removed: [object('x'), object('y', 'other')], ...single },
    { asteriskId: 'b', changed: [object('x')], removed: [], ...single },
  ])
  expect([...(state.desiredObjects('b').get('endpoint')?.keys() ?? [])]).toEqual(['z', 'x'])
})

it('gives every Asterisk what is for all, also one that has nothing else', () => {
  const state = createDesiredState()
  state.update([['udp', { asteriskId: undefined, objects: [object('transport-udp', '1', { type: 'transport' })] }]])
  expect(state.desiredObjects('new').get('transport')?.has('transport-udp')).toBe(true)
})

it('lets a name pass from one configuration to another without a removal', () => {
  const state = createDesiredState()
  state.update([['one', { asteriskId: 'a', objects: [object('x')] }]])
  const told: DesiredChange[] = []
  state.onChanged((change) => told.push(change))
  state.update([
    ['two', { asteriskId: 'a', objects: [object('x', 'new')] }],
    ['one', undefined],
  ])
  expect(told).toEqual([{ asteriskId: 'a', changed: [object('x', 'new')], removed: [], ...single }])
})

it('tells of the last piece of a mass change although nothing is in it: what waits for that goes on', () => {
  const state = createDesiredState()
  const one = [['one', { asteriskId: 'a', objects: [object('x')] }]] as const
  state.update(one, { isMass: true, hasMore: true })
  const told: DesiredChange[] = []
  state.onChanged((change) => told.push(change))
  state.update(one, { isMass: true, hasMore: false })
  expect(told).toEqual([{ asteriskId: 'a', changed: [], removed: [], isMass: true, hasMore: false }])
})
