import { listSipEndpoints } from '@strowger/schema'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startFixture } from '../test/fixture.ts'

let fixture: Awaited<ReturnType<typeof startFixture>>
beforeAll(async () => {
  fixture = await startFixture()
})
afterAll(() => fixture?.close())

it('answers with no endpoints before there are any', async () => {
  expect(await fixture.ask(listSipEndpoints, {})).toEqual({ items: [], total: 0 })
})
