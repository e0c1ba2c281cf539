// Plays a small site against a running house (`make run`): what a morning at a hotel looks like from here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createPhone, type Phone } from '@strowger/testkit'

const home = process.env['STROWGER_HOME'] ?? join(import.meta.dirname, '..', '..', '.strowger')
const say = (text = '') => void process.stdout.write(`${text}\n`)

interface DeviceAnswer {
  readonly id: string
  readonly mac?: string
  readonly ip?: string
  readonly vendor?: string
  readonly model?: string
  readonly version?: string
  readonly plugin?: string
  readonly status: string
  readonly rendered?: { readonly revision: number }
  readonly fetched?: { readonly revision: number; readonly current: boolean; readonly transport: string }
}

const { gateway, ports, token } = runningHouse()
const macOf = (n: number) => `00:15:65:de:00:0${n}`
const phones = [
  { mac: macOf(1), model: 'T46S', version: '66.86.0.15', address: '127.0.9.1', place: 'reception' },
  { mac: macOf(2), model: 'T42S', version: '66.86.0.15', address: '127.0.9.2', place: 'kitchen' },
  { mac: macOf(3), model: 'T54W', version: '96.86.0.100', address: '127.0.9.3', place: 'office' },
].map(({ place, ...phone }) => ({ place, phone: createPhone({ ports, ...phone }), model: phone.model }))

say(`A site of ${phones.length} phones is switched on. Nobody has configured anything.`)
for (const { place, phone, model } of phones) {
  const bytes = await phone.fetchHttp()
  say(`  ${place.padEnd(10)} a ${model} asks over HTTP for ${phone.file}: ${bytes.length} bytes`)
}
const [first] = phones
if (first === undefined) throw new Error('there is no phone')
const overTftp = await first.phone.fetchTftp()
say(`  ${first.place.padEnd(10)} asks over TFTP, too: ${overTftp.length} bytes, the same`)

say()
say('They are devices now, known by what their requests have shown:')
for (const { phone } of phones) say(`  ${shown(await deviceOf(phone))}`)

const name = `10${Math.floor(Date.now() / 1_000) % 100}`.padEnd(4, '0')
const { id } = await deviceOf(first.phone)
say()
say(`The reception is given the line ${name}: ./strowger configs set ${id} sip_lines.1.username=${name} …`)
await rest('PATCH', `/configs/${id}`, {
  set: {
    'sip_lines.1.username': name,
    'sip_lines.1.auth_username': name,
    'sip_lines.1.password': 'demo',
    'sip_lines.1.number': name,
  },
})
await until(async () => (await first.phone.fetchHttp()).includes(`account.1.user_name = ${name}`))
say(`  it asks again, and its file says account.1.user_name = ${name}`)
// What it was before counts as current until the change is recorded: both must be there.
await until(async () => {
  const { status, fetched } = await deviceOf(first.phone)
  return status === 'configured' && fetched?.current === true
})
say(`  ${shown(await deviceOf(first.phone))}`)

say()
say('And what the security log, which fail2ban reads, says of it:')
const log = readFileSync(join(home, 'log', 'strowger-fail2ban.log'), 'utf8')
  .trimEnd()
  .split('\n')
for (const line of log.filter((text) => text.includes(' from 127.0.9.')).slice(-4)) say(`  ${line}`)
say()
say('./strowger devices list shows the devices; ./strowger changes list what was changed, and takes it back.')

function runningHouse() {
  try {
    const { gateway } = JSON.parse(readFileSync(join(home, 'run', 'addresses.json'), 'utf8')) as { gateway: string }
    const { addresses } = JSON.parse(readFileSync(join(home, 'run', 'supervisor.json'), 'utf8')) as {
      addresses: string[]
    }
    const port = (protocol: string) => Number(new RegExp(`${protocol}://\\S+:(\\d+)/`).exec(addresses.join('\n'))?.[1])
    return {
      gateway,
      ports: { httpPort: port('http'), tftpPort: port('tftp') },
      token: readFileSync(join(home, 'secrets', 'admin-token'), 'utf8').trim(),
    }
  } catch {
    say('Strowger does not run here: start it with make run, in another terminal.')
    process.exit(1)
  }
}

function shown({ mac, ip, vendor, model, version, plugin, status, rendered, fetched }: DeviceAnswer): string {
  const has = fetched === undefined ? 'has fetched nothing' : fetched.current ? 'has it' : `has ${fetched.revision}`
  return `${mac}  ${ip}  ${vendor} ${model} ${version}  ${plugin}  ${status}, revision ${rendered?.revision ?? '–'}, ${has}`
}

/** The device once its files are rendered and its fetch is recorded. */
async function deviceOf(phone: Phone): Promise<DeviceAnswer> {
  let found: DeviceAnswer | undefined
  await until(async () => {
    const { items } = (await rest('GET', `/devices?recurse=true&mac=${phone.mac}`)) as { items: DeviceAnswer[] }
    found = items[0]
    return found?.rendered !== undefined && found.fetched !== undefined
  })
  if (found === undefined) throw new Error(`${phone.mac} is no device`)
  return found
}

async function rest(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${gateway}/api/v1${path}`, {
    method,
    headers: { 'x-auth-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function until(met: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await met())) {
    if (performance.now() > deadline) throw new Error('it did not happen within 15 s; see make status and make logs')
    await delay(100)
  }
}
