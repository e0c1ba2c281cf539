import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { busyPorts } from './port-holder.ts'

test('a UDP port is named with the process that holds it, also when it is bound to all IPv6 addresses', async () => {
  const socket = createSocket('udp6')
  await new Promise<void>((resolve) => socket.bind(0, resolve))
  try {
    const { port } = socket.address()
    const [line] = busyPorts([{ protocol: 'udp', port, setting: 'PHONE_TFTP_PORT' }])
    expect(line).toContain(`UDP port ${port} is held by process ${process.pid} (`)
    expect(busyPorts([{ protocol: 'tcp', port, setting: 'X' }])).toEqual([])
  } finally {
    socket.close()
  }
})
