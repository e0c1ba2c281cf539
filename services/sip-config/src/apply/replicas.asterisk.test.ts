import { asterisks, sipEndpoints, sipTransports, tasksBucket } from '@strowger/schema'
import { eventually, prepareAsterisk, type RunningAsterisk, startAsterisk } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFixture } from '../../test/fixture.ts'

const because = prepareAsterisk()
if (because !== undefined) console.warn(`A REAL ASTERISK: SKIPPED, ${because}`)

let asterisk: RunningAsterisk
let fixture: Awaited<ReturnType<typeof startFixture>>

beforeAll(async () => {
  if (because !== undefined) return
  asterisk = await startAsterisk()
  fixture = await startFixture({
    ARI_URL: `http://127.0.0.1:${asterisk.ariPort}`,
    ARI_PASSWORD: asterisk.secret,
    AMI_PORT: String(asterisk.amiPort),
    AMI_SECRET: asterisk.secret,
  })
})
afterAll(async () => {
  await fixture?.close()
  await asterisk?.close()
})

const theOnly = async () => (await fixture.ask(asterisks.list, {})).items[0]
const stateOf = async (uuid: string) => (await fixture.ask(sipEndpoints.get, { uuid })).applied?.[0]

describe.skipIf(because !== undefined)('two replicas and a real Asterisk', () => {
  it('one keeps it, says how it stands, and another goes on where that one ends; what was applied stays known', async () => {
    const { uuid } = await fixture.ask(sipEndpoints.create, {
      configuration: {
        name: 'kept',
        auth_section_options: [
          ['username', 'kept'],
          ['password', 'secret'],
        ],
      },
    })
    const applied = await eventually(async () => {
      const state = await stateOf(uuid)
      if (state?.state !== 'applied') throw new Error(JSON.stringify(state))
      return state
    })
    const first = await eventually(async () => {
      const one = await theOnly()
      if (!one?.connected || one.waiting > 0 || one.last_full_push === undefined) throw new Error(JSON.stringify(one))
      return one
    })
    expect(first).toMatchObject({ id: 'asterisk', profile: 'memory', refused: 0, full_pushes: 1 })
    const another = await fixture.startReplica()
    try {
      for (let look = 0; look < 6; look++) expect((await theOnly())?.keeper).toBe(first.keeper)
      expect(await stateOf(uuid)).toEqual(applied)
      await fixture.service.close()
      const second = await eventually(async () => {
        const one = await theOnly()
        if (one?.keeper === first.keeper || !one?.connected || one.waiting > 0) throw new Error(JSON.stringify(one))
        return one
      })
      expect(second?.last_full_push).toBeDefined()
      expect(await stateOf(uuid)).toEqual(applied)
      expect(asterisk.log()).not.toContain('Reloading module')
    } finally {
      await another.close()
    }
    // Nobody keeps it now; the next one has it at once, and knows what was applied before it has looked.
    const third = await fixture.startReplica()
    expect(await stateOf(uuid)).toEqual(applied)
    await eventually(async () => (await theOnly())?.connected === true)

    const task = await fixture.ask(asterisks.check, { id: 'asterisk' })
    const done = await eventually(async () => {
      const found = (await fixture.bus.bucket(tasksBucket).get(task.id))?.value
      if (found?.state !== 'done') throw new Error(JSON.stringify(found))
      return found
    })
    expect(done.result).toMatchObject({ task: task.id, difference_count: 0 })
    expect((await theOnly())?.last_check).toMatchObject({ task: task.id, difference_count: 0 })
    await expect(fixture.ask(asterisks.check, { id: 'other' })).rejects.toMatchObject({ code: 'not-found' })

    const { items } = await fixture.ask(sipTransports.list, {})
    const udp = items.find(({ name }) => name === 'transport-udp')
    expect(udp?.applied).toMatchObject([{ asterisk_id: 'asterisk', state: 'waiting' }])
    await third.close()
  })
})
