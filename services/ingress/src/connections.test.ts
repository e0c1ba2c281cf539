import { connect, type Socket } from 'node:net'
import { eventually } from '@strowger/testkit'
import { afterEach, expect, it } from 'vitest'
import { ask, file, startIngress } from './ingress-for-tests.ts'

const releases: (() => Promise<void>)[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const release of releases.splice(0)) await release()
})

/** Opens a connection from an address of this machine and leaves it so; tells when it is closed. */
function open(port: number, localAddress: string): Promise<{ closed: boolean }> {
  return new Promise((resolve) => {
    const state = { closed: false }
    const socket = connect({ port, host: '127.0.0.1', localAddress }, () => resolve(state))
    sockets.push(socket)
    socket.on('close', () => {
      state.closed = true
    })
    socket.on('error', () => resolve(state))
  })
}

it('too many connections of one source are closed, and phones at other addresses do not notice', async () => {
  const { port } = await startIngress(releases, async () => file, { connectionsPerSource: 3 })
  const opened = await Promise.all([1, 2, 3, 4, 5].map(() => open(port, '127.0.5.1')))
  await eventually(() => opened.filter(({ closed }) => closed).length === 2 || false)
  const other = await open(port, '127.0.5.2')
  expect((await ask(port, '/a.cfg')).status).toBe(200)
  expect(other.closed).toBe(false)
  for (const socket of sockets.splice(0)) socket.destroy()
  await eventually(async () => {
    const again = await open(port, '127.0.5.1')
    await new Promise((resolve) => setTimeout(resolve, 50))
    return !again.closed
  })
})
