import { createSocket } from 'node:dgram'
import { expect, it } from 'vitest'
import { type DhcpReport, listenToDhcp } from './index.ts'

it('hears what is told, counts what is malformed, answers nobody and lets nobody share its port', async () => {
  const reports: DhcpReport[] = []
  let heardLast = () => {}
  const last = new Promise<void>((resolve) => {
    heardLast = resolve
  })
  const listener = await listenToDhcp({
    host: '127.0.0.1',
    port: 0,
    onReport(report) {
      reports.push(report)
      if (report.op === 'release') heardLast()
    },
    onError: () => {},
  })
  const client = createSocket('udp4')
  const answers: Buffer[] = []
  client.on('message', (answer) => answers.push(answer))
  const send = (bytes: Buffer) =>
    new Promise<void>((resolve, reject) => {
      client.send(bytes, listener.port, '127.0.0.1', (error) => (error ? reject(error) : resolve()))
    })
  const ask = Buffer.alloc(260)
  ask.set([1, 1, 6])
  ask.set([192, 0, 2, 30], 12)
  ask.set([0, 8, 0x5d, 0x2e, 0xec, 0xfb], 28)
  ask.writeUInt32BE(0x63825363, 236)
  ask.set([53, 1, 3, 255], 240)
  const giveBack = Buffer.from(ask)
  giveBack[242] = 7
  await send(Buffer.from('not DHCP'))
  await send(Buffer.alloc(0))
  await send(ask)
  await send(giveBack)
  await last
  expect(reports).toEqual([
    { op: 'commit', ip: '192.0.2.30', mac: '00:08:5d:2e:ec:fb', options: {} },
    { op: 'release', ip: '192.0.2.30' },
  ])
  expect(listener.counts()).toEqual({ reports: 2, nothing: 0, malformed: 2 })
  expect(answers).toEqual([])
  const second = { host: '127.0.0.1', port: listener.port, onReport: () => {}, onError: () => {} }
  await expect(listenToDhcp(second)).rejects.toThrow('EADDRINUSE')
  client.close()
  await listener.close()
})
