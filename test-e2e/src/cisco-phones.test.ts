import { eventually, type House, runProgram, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let house: House
beforeAll(async () => {
  house = await startHouse()
})
afterAll(() => house?.close())

/** Each phone has its own address on loopback, as on a network. */
async function curl(address: string, url: string, ...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram('curl', [
    '-sS',
    '-f',
    '-m',
    '10',
    '--interface',
    address,
    ...more,
    url,
  ])
  if (code !== 0) throw new Error(`${url}: curl ended with ${code}: ${stderr}`)
  return stdout.toString()
}
const http = (address: string, agent: string, path: string) =>
  curl(address, `http://127.0.0.1:${house.phones.httpPort}${path}`, '-A', agent)
const tftp = (address: string, name: string) => curl(address, `tftp://127.0.0.1:${house.phones.tftpPort}/${name}`)

test('an SPA504G fetches the file of its model, the one of all phones and its own', async () => {
  const agent = 'Cisco/SPA504G-7.5.5 (8843E157DDCC)(CBT141100HR)'
  const first = await http('127.0.0.11', agent, '/spa504G.cfg')
  expect(first).toContain('/spa-phone.xml</Profile_Rule_B>')
  expect(first).toContain('/$MA.xml</Profile_Rule_C>')
  expect(await http('127.0.0.11', agent, '/spa-phone.xml')).toContain('<DND_Act_Code></DND_Act_Code>')
  expect(await http('127.0.0.11', agent, '/8843e157ddcc.xml')).toMatch(/<User_ID_1_>ap\w+<\/User_ID_1_>/)
})

test('a Linksys whose serial number looks like a mac gets the file of its mac', async () => {
  const agent = 'Linksys/SPA-942-6.1.5(a) (88019FA42805)'
  expect(await http('127.0.0.12', agent, '/8843e1096ed0.xml')).toContain('encoding="ISO-8859-1"')
  expect(await tftp('127.0.0.12', '/spa942.cfg')).toContain('Profile_Rule_C')
  const listed = await strowger(house, 'devices', 'list')
  for (const text of ['88:43:e1:09:6e:d0', 'SPA942', 'cisco-spa-legacy']) expect(listed).toContain(text)
  expect(listed).not.toContain('88:01:9f:a4:28:05')
})

test('both ports of an ATA190 get their lines', async () => {
  expect(await tftp('127.0.0.13', 'ATA0011223344AA.cnf.xml')).toMatch(/<name>ap\w+<\/name>/)
  await strowger(house, 'configs', 'set', '00:11:22:33:44:aa', 'sip_lines.2.username=second', 'sip_lines.2.password=x')
  await eventually(async () => {
    expect(await tftp('127.0.0.13', 'ATA11223344AA01.cnf.xml')).toContain('<name>second</name>')
  })
  expect(await strowger(house, 'devices', 'list')).not.toContain('11:22:33:44:aa:01')
})

test('a 7942 gets its file over TFTP and HTTP, and nothing for its lists of certificates', async () => {
  await expect(tftp('127.0.0.14', 'CTLSEP001AE28E1890.tlv')).rejects.toThrow()
  expect(await tftp('127.0.0.14', 'SEP001AE28E1890.cnf.xml')).toContain('<deviceProtocol>SCCP</deviceProtocol>')
  expect(await http('127.0.0.14', '', '/SEP001AE28E1890.cnf.xml')).toContain('<callManagerGroup>')
  expect(await tftp('127.0.0.14', 'RINGLIST.XML')).toContain('CiscoIPPhoneRingList')
})
