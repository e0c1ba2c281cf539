import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serviceNames } from '@strowger/schema'
import { askRest, type House, runProgram, scratchFolder, startHouse, strowger } from '@strowger/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Planted where secrets stand. */
const planted = 'planted-4f1d-planted-8a3c'

let house: House
beforeAll(async () => {
  house = await startHouse({ env: { AMI_SECRET: planted } })
})
afterAll(() => house?.close())

test('a support bundle has versions, health, metrics, settings, streams, logs and counts, and no secret of this installation', async () => {
  await runProgram('curl', [
    '-s',
    '-A',
    'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:56',
    `${house.phones.httpUrl}/001565123456.cfg`,
  ])
  await strowger(
    house,
    'configs',
    'set',
    '00:15:65:12:34:56',
    `sip_lines.1.password=${planted}`,
    'sip_lines.1.username=1001',
  )
  // In a path and in headers of requests that are logged.
  await fetch(`${house.restUrl}/api/v1/devices/${planted}`, { headers: { 'x-auth-token': `strowger_${planted}` } })
  await fetch(`${house.phones.httpUrl}/key-${planted}/001565123456.cfg`)
  await askRest(house, 'PATCH', '/policy', { body: { keys: 'offered' } })
  const { body } = await askRest<{ key: string }>(house, 'GET', '/policy/key')

  const folder = scratchFolder('bundle-')
  const file = join(folder, 'bundle.tar.gz')
  const said = await strowger(house, 'support-bundle', file)
  expect(said).toContain('Secrets were removed')
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const unpacked = await runProgram('tar', ['-xzf', file, '-C', folder])
  expect(unpacked.stderr).toBe('')
  const [inner = ''] = readdirSync(folder).filter((name) => name.startsWith('strowger-support-'))
  const names = readdirSync(join(folder, inner), { recursive: true }).map(String)
  for (const service of serviceNames) {
    for (const name of [
      `health/${service}.json`,
      `metrics/${service}.txt`,
      `settings/${service}.txt`,
      `log/${service}.log`,
    ]) {
      expect(names).toContain(name)
    }
  }
  const read = (name: string) => readFileSync(join(folder, inner, name), 'utf8')
  expect(JSON.parse(read('counts.json'))).toMatchObject({
    devices: 1,
    'new devices': 1,
    lines: 0,
    calls: 0,
  })
  expect(JSON.parse(read('asterisks.json'))).toEqual([])
  expect(JSON.parse(read('health/gateway.json'))).toMatchObject({ ready: true })
  expect(read('metrics/ingress.txt')).toContain('strowger_phone_http_answers_total')
  expect(read('settings/rendering.txt')).toContain('AMI_SECRET=(set)')
  expect(JSON.parse(read('streams.json'))).toContainEqual(
    expect.objectContaining({ name: 'EVT_SECURITY', consumers: [expect.objectContaining({ unacknowledged: 0 })] }),
  )
  expect(JSON.parse(read('versions.json'))).toMatchObject({ strowger: expect.any(String), node: process.version })

  const secrets = readdirSync(join(house.folder, 'secrets')).flatMap((name) => {
    const text = house.secret(name)
    return name.endsWith('.json') ? (text.match(/[A-Za-z0-9+/=]{30,}/g) ?? []) : [text]
  })
  expect(secrets.length).toBeGreaterThan(8)
  const files = names.filter((name) => statSync(join(folder, inner, name)).isFile())
  for (const secret of [...secrets, body.key]) {
    for (const name of files) expect(read(name).includes(secret), `a secret stands in ${name}`).toBe(false)
  }
  // What was asked for as a path is no secret; as a token, a key, a password or a setting it is.
  for (const name of files.filter((each) => !each.startsWith('log/gateway')))
    expect(read(name), name).not.toContain(planted)
  expect(read('log/gateway.log')).not.toContain(`strowger_${planted}`)
})

test('it is written when nothing answers, too, and never over a file that is there', async () => {
  const folder = scratchFolder('bundle-')
  const file = join(folder, 'bundle.tar.gz')
  const env = { STROWGER_HOME: join(folder, 'nothing'), STROWGER_URL: 'http://127.0.0.1:9', STROWGER_TOKEN: planted }
  const program = join(import.meta.dirname, '..', '..', 'strowger')
  const made = await runProgram(program, ['support-bundle', file], env)
  expect(made.stderr).toBe('')
  expect(made.code).toBe(0)
  expect(made.stdout.toString()).toContain('problems.txt')
  expect((await runProgram(program, ['support-bundle', file], env)).code).toBe(1)
})
