import { createManualClock } from '@strowger/service'
import { expect, it } from 'vitest'
import { phone } from '../test/objects.ts'
import { createApplyStates } from './apply-states.ts'
import { createDesiredState } from './desired-state.ts'

it('an endpoint of an Asterisk that no setting names says so, instead of nothing', () => {
  const desired = createDesiredState()
  const states = createApplyStates({
    desired,
    asterisks: ['north', 'south'],
    clock: createManualClock(),
    shared: { get: () => undefined, subscribe: () => () => {}, put: async () => {} },
  })
  desired.update([
    ['lost', { asteriskId: 'east', objects: phone('lost', 'x') }],
    ['known', { asteriskId: 'north', objects: phone('known', 'x') }],
  ])
  expect(states.of('lost')).toEqual([
    { asterisk_id: 'east', state: 'waiting', reason: 'there is no Asterisk east: the settings name north, south' },
  ])
  expect(states.of('known')).toEqual([])
  states.close()
})
