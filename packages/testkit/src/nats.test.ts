import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startNats } from './nats.ts'

function greeting(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('data', (chunk) => {
      socket.destroy()
      resolve(chunk.toString())
    })
  })
}

test('a killed nats-server comes back on the same port', async () => {
  const nats = await startNats()
  try {
    expect(await greeting(nats.port)).toContain('"jetstream":true')
    await nats.kill()
    await expect(greeting(nats.port)).rejects.toThrow('ECONNREFUSED')
    await nats.restart()
    expect(await greeting(nats.port)).toContain('"jetstream":true')
  } finally {
    await nats.close()
  }
})
