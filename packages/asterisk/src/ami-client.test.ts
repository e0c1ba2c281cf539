import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createManualClock, silentLog } from '@strowger/service'
import { afterEach, describe, expect, it } from 'vitest'
import { type AmiClient, createAmiClient } from './ami-client.ts'
import { type AmiMessage, amiValue, createAmiDecoder, encodeAmiMessage } from './ami-message.ts'
import { notifyPhone } from './notify.ts'

type Answer = (action: AmiMessage, socket: Socket) => AmiMessage | undefined
const releases: (() => void)[] = []
afterEach(() => {
  for (const release of releases.splice(0)) release()
})

/** The other end of the wire: says what the test wants. Real Asterisk is met in test-e2e. */
async function listen(answer: Answer) {
  const actions: AmiMessage[] = []
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    const decode = createAmiDecoder()
    socket.write('Asterisk Call Manager/11.0.0\r\n')
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      for (const action of decode(chunk)) {
        actions.push(action)
        const said = answer(action, socket)
        const id = amiValue(action, 'ActionID') ?? ''
        if (said) socket.write(encodeAmiMessage([['ActionID', id], ...said]))
      }
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  releases.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as { port: number }).port, actions, sockets }
}

const success: AmiMessage = [['Response', 'Success']]

function connectTo(port: number, secret = 'right') {
  const clock = createManualClock()
  let ready: () => void = () => {}
  let readied = new Promise<void>((resolve) => (ready = resolve))
  const client: AmiClient = createAmiClient({
    host: '127.0.0.1',
    port,
    username: 'strowger',
    secret,
    clock,
    log: silentLog(),
    onReady: () => {
      ready()
      readied = new Promise((resolve) => (ready = resolve))
    },
  })
  releases.push(() => client.close())
  return { client, clock, isReady: () => readied }
}

describe('manager client', () => {
  it('logs in and gives each action its own response', async () => {
    const held: [Socket, string][] = []
    const { port } = await listen((action, socket) => {
      if (amiValue(action, 'Action') === 'Login') return success
      held.push([socket, amiValue(action, 'ActionID') ?? ''])
      if (held.length === 2) {
        // Answered the other way round.
        for (const [to, id] of held.reverse())
          to.write(
            encodeAmiMessage([
              ['Response', 'Success'],
              ['ActionID', id],
            ]),
          )
      }
      return undefined
    })
    const { client, isReady } = connectTo(port)
    await isReady()
    const [first, second] = await Promise.all([client.action('First'), client.action('Second')])
    expect(amiValue(first, 'ActionID')).toContain('First')
    expect(amiValue(second, 'ActionID')).toContain('Second')
  })

  it('says in Asterisk’s words why an action was refused', async () => {
    const { port } = await listen((action) =>
      amiValue(action, 'Action') === 'Login'
        ? success
        : [
            ['Response', 'Error'],
            ['Message', 'Unable to retrieve endpoint'],
          ],
    )
    const { client, isReady } = connectTo(port)
    await isReady()
    await expect(notifyPhone(client, { endpoint: 'x' }, { event: 'check-sync' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('Unable to retrieve endpoint'),
    })
  })

  it('writes a NOTIFY as the action wants it, and nothing that a value brings in', async () => {
    const { port, actions } = await listen(() => success)
    const { client, isReady } = connectTo(port)
    await isReady()
    await notifyPhone(
      client,
      { uri: 'sip:anonymous@192.0.2.7' },
      { event: 'check-sync;reboot=false', variables: ['Content=a'] },
    )
    expect(actions.at(-1)?.filter(([key]) => key !== 'ActionID')).toEqual([
      ['Action', 'PJSIPNotify'],
      ['URI', 'sip:anonymous@192.0.2.7'],
      ['Variable', 'Event=check-sync;reboot=false'],
      ['Variable', 'Content=a'],
    ])
    await expect(notifyPhone(client, { endpoint: 'x\r\nAction: Originate' }, { event: 'e' })).rejects.toThrow(
      RangeError,
    )
  })

  it('comes back after the connection was lost, and fails what was under way', async () => {
    const { port, sockets } = await listen((action) => (amiValue(action, 'Action') === 'Login' ? success : undefined))
    const { client, clock, isReady } = connectTo(port)
    await isReady()
    const lost = client.action('Never')
    const again = isReady()
    sockets[0]?.destroy()
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.connected).toBe(false)
    await clock.advance(500)
    await again
    expect(client.connected).toBe(true)
  })

  it('waits no longer for a response than it should', async () => {
    const { port } = await listen((action) => (amiValue(action, 'Action') === 'Login' ? success : undefined))
    const { client, clock, isReady } = connectTo(port)
    await isReady()
    const late = client.action('Slow')
    late.catch(() => {})
    await clock.advance(5_000)
    await expect(late).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('5000 ms') })
  })

  it('says why it is not connected, without the secret', async () => {
    const { port, sockets } = await listen(() => [
      ['Response', 'Error'],
      ['Message', 'Authentication failed'],
    ])
    const { client } = connectTo(port, 'wr0ng')
    const [socket] = await new Promise<Socket[]>((resolve) => {
      const look = setInterval(() => {
        if (sockets.length > 0) {
          clearInterval(look)
          resolve(sockets)
        }
      }, 5)
    })
    if (socket && !socket.destroyed) await once(socket, 'close')
    await expect(client.action('Ping')).rejects.toMatchObject({ code: 'unavailable' })
    expect(client.problem).toContain('Authentication failed')
    expect(client.problem).not.toContain('wr0ng')
  })
})
