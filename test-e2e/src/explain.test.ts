import { askRest, type House, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house?.close())

interface Explained {
  readonly device?: string
  readonly evidence: { plugin: string; rule: string; said: Record<string, string>; overruled?: string }[]
  readonly plugins: { plugin: string; score: number; why: string }[]
}

const explain = async (body: object) =>
  (await askRest<Explained>(house, 'POST', '/identification/explain', { body })).body
const deviceCount = async () => (await askRest<{ total: number }>(house, 'GET', '/devices?recurse=true')).body.total

test('a request is explained over REST: who it is, which rule said so, why the others lost; nothing is stored', async () => {
  const explained = await explain({
    transport: 'http',
    address: '192.0.2.77',
    userAgent: 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56',
    path: '/001565aabbcc.cfg?x=1',
  })
  expect(explained).toMatchObject({
    vendor: 'Yealink',
    model: 'T46S',
    version: '66.86.0.15',
    mac: '00:15:65:12:34:56',
    plugin: 'yealink-v86',
    score: 600,
  })
  expect(explained.device).toBeUndefined()
  const [agent, path] = explained.evidence
  expect(agent).toMatchObject({ rule: expect.stringMatching(/^http\[\d+\]$/), said: { model: 'T46S' } })
  expect(path?.overruled).toBe('weightier evidence says mac 00:15:65:12:34:56')
  expect(explained.plugins[0]).toEqual({ plugin: 'yealink-v86', score: 600, why: 'vendor, model and version match' })
  for (const { score, why } of explained.plugins.slice(1)) {
    expect(score).toBeLessThan(600)
    expect(why).not.toBe('')
  }
  expect(await deviceCount()).toBe(0)
})

test('a query may stand in the path, be a text, or be given by its names', async () => {
  const request = { transport: 'http', address: '192.0.2.77', path: '/snom320.htm' }
  const asked = [
    { ...request, path: '/snom320.htm?mac=000413F187CE' },
    { ...request, query: 'mac=000413F187CE' },
    { ...request, query: { mac: '000413F187CE' } },
  ]
  for (const body of asked) expect(await explain(body)).toMatchObject({ vendor: 'Snom', mac: '00:04:13:f1:87:ce' })
})

test('DHCP options are texts under their code, with two digits or three', async () => {
  for (const code of ['60', '060']) {
    const options = { [code]: 'Cisco Systems, Inc. IP Phone CP-7960G\0', '55': '\u0001\u0003' }
    const explained = await explain({ transport: 'dhcp', address: '192.0.2.78', mac: '00070e000001', options })
    expect(explained).toMatchObject({ vendor: 'Cisco', model: '7960G', mac: '00:07:0e:00:00:01', score: 500 })
  }
  const stranger = await explain({ transport: 'dhcp', address: '192.0.2.79', options: { '60': 'MSFT 5.0' } })
  expect(stranger).toMatchObject({ score: 0, evidence: [] })
})

test('the known device is named, over REST and on the command line', async () => {
  const { body } = await askRest<{ id: string }>(house, 'POST', '/devices', {
    body: { mac: '00:15:65:12:34:56', vendor: 'Yealink' },
  })
  const request = { transport: 'tftp', address: '192.0.2.77', filename: '001565123456.cfg' }
  await expect.poll(async () => (await explain(request)).device).toBe(body.id)
  const shown = await strowger(house, 'identify', '--tftp', '001565123456.cfg')
  expect(shown).toContain(`device   ${body.id}`)
  const dhcp = await strowger(
    house,
    'identify',
    '--dhcp',
    '60=Cisco Systems, Inc. IP Phone CP-7960G\\x00',
    '--mac',
    '00070e999999',
  )
  for (const text of ['device   would be a new one', '00:07:0e:99:99:99', '7960G']) expect(dhcp).toContain(text)
})

test('a body that is not one is refused with what is wrong', async () => {
  const asked = await askRest(house, 'POST', '/identification/explain', {
    body: { transport: 'http', userAgent: 5 },
  }).catch(String)
  expect(JSON.stringify(asked)).toMatch(/address|userAgent/)
})
