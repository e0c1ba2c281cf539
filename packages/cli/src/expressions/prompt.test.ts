import {
  changePlugin,
  getDevice,
  getPolicy,
  getTask,
  getTenantKey,
  listConfigs,
  listDevices,
  listPlugins,
  reconfigure,
  synchronize,
} from '@strowger/schema'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type GatewayStandIn, startGatewayStandIn } from '../../test/gateway-stand-in.ts'
import { runCommand } from '../program.ts'

let gateway: GatewayStandIn
beforeAll(async () => {
  gateway = await startGatewayStandIn()
})
beforeEach(() => void gateway.asked.splice(0))
afterAll(() => gateway.close())

const texts = { out: '', err: '' }
async function run(argv: readonly string[], lines: readonly string[] = []): Promise<number> {
  texts.out = ''
  texts.err = ''
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      texts[name] += text
    },
    columns: undefined,
  })
  return runCommand(argv, {
    env: { STROWGER_URL: gateway.url, STROWGER_TOKEN: 'strowger_test' },
    cloneRoot: '/nowhere',
    homeFolder: '/nowhere',
    hostName: 'desk',
    out: output('out'),
    err: output('err'),
    fetch,
    sleep: async () => {},
    readSecret: async () => '',
    lines: async function* () {
      yield* lines
    },
  })
}
const say = (code: string) => run(['-c', code])

const device = listDevices.example.output.items[0]
const ended = (result: unknown) => ({
  status: 200,
  body: { ...getTask.example.output, state: 'done', result },
})
const bodies = (path: string) => gateway.asked.filter((asked) => asked.path === path).map(({ body }) => body)

describe('the printed idioms', () => {
  it('devices.using_plugin(…).reconfigure() names each device and renders them as one task', async () => {
    gateway.answer(getTask, ended({ changed: 1, same: 0, gone: 0 }))
    expect(await say('devices.using_plugin("wazo-yealink-v86").reconfigure()')).toBe(0)
    expect(gateway.asked[0]).toMatchObject({
      path: '/api/v1/devices',
      query: { plugin: 'yealink-v86', recurse: 'true' },
    })
    expect(bodies('/api/v1/reconfigure')).toEqual([{ plugin: 'yealink-v86', recurse: true }])
    expect(texts.out).toBe(`Reconfiguring device ${device?.id}\n1 rendered\n`)
  })

  it.each(['00085D2EECFB', '00:08:5d:2e:ec:fb', '0-8-5d-2e-ec-fb', '0008.5d2e.ecfb', '00 08 5D 2E EC FB'])(
    'devices.using_mac(%j) is the one phone, however it is written',
    async (mac) => {
      gateway.answer(getTask, ended({ synchronized: 1, failed: 0, devices: [] }))
      expect(await say(`devices.using_mac("${mac}").synchronize()`)).toBe(0)
      expect(gateway.asked[0]?.query).toMatchObject({ mac: '00:08:5d:2e:ec:fb' })
      expect(bodies('/api/v1/synchronize')).toEqual([{ devices: [device?.id] }])
      expect(texts.out).toContain(`Synchronizing device ${device?.id}\n1 synchronized, 0 failed\n`)
    },
  )

  it('a phone that did not come is told, and is exit code 1', async () => {
    const failed = { device: 'a', mac: '00:15:65:12:34:56', outcome: 'failed', reason: 'the phone did not come' }
    gateway.answer(getTask, ended({ synchronized: 4, failed: 1, devices: [failed] }))
    expect(await say(`devices.using_plugin('yealink-v86').synchronize()`)).toBe(1)
    expect(texts.out).toContain('00:15:65:12:34:56  failed: the phone did not come\n4 synchronized, 1 failed')
    expect(texts.err).toContain('1 phone was not synchronized')
  })

  it('helpers.mass_update_devices_plugin(…) asks what its arguments say', async () => {
    const answer = { applied: true, task: getTask.example.output, deviceCount: 1, devices: [], models: [] }
    gateway.answer(changePlugin, { status: 202, body: answer })
    const synchronization = { synchronized: 1, failed: 0, devices: [] }
    gateway.answer(getTask, ended({ changed: 1, changeSet: 17, failed: 0, failures: [], synchronization }))
    const code = 'helpers.mass_update_devices_plugin("wazo-A", "wazo-B", synchronize=True, recurse=True)'
    expect(await say(code)).toBe(0)
    expect(bodies('/api/v1/devices/change-plugin')).toEqual([{ old: 'A', new: 'B', synchronize: true, recurse: true }])
    expect(texts.err).toContain('the plugin A is not loaded')
    expect(texts.out).toContain(`Updating device ${device?.id}\n1 synchronized, 0 failed\n1 changed`)
    expect(texts.out).toContain('strowger changes undo devices/17')
  })

  it('tried first it changes nothing', async () => {
    expect(await say('helpers.mass_update_devices_plugin("yealink-v85", "yealink-v86", dry_run=True)')).toBe(0)
    expect(gateway.asked.at(-1)?.query).toEqual({ dryRun: 'true' })
    expect(texts.out).toMatch(/MODEL +DEVICES +NEW PLUGIN +FILES\nT46S +1 +knows it +render\nNothing was changed\./)
  })
})

describe('objects', () => {
  it('devices["…"] sets fields in a chain, and keeps the others', async () => {
    const code = `devices["${device?.id}"].set({"description": "Hall", "plugin": "wazo-yealink-v86"}).unset("version")`
    expect(await say(code)).toBe(0)
    const { mac, model, vendor, ip } = getDevice.example.output
    const puts = gateway.asked.filter(({ method }) => method === 'PUT')
    expect(puts[0]?.body).toMatchObject({ mac, model, vendor, ip, plugin: 'yealink-v86', description: 'Hall' })
    expect(puts[1]?.body).not.toHaveProperty('version')
  })

  it('configs take what Wazo calls their fields, dotted names expanded', async () => {
    const code = `configs.add({"id": "x", "parent_ids": ["base"], "raw_config": {"sip_lines.1.username": "1001", "a.__proto__.b": 1}})`
    expect(await say(code)).toBe(0)
    const [body] = bodies('/api/v1/configs') as [{ parents: string[]; raw: Record<string, unknown> }]
    expect(body.parents).toEqual(['base'])
    expect(body.raw['sip_lines']).toEqual({ 1: { username: '1001' } })
    expect(({} as { b?: number }).b).toBeUndefined()
    expect(texts.out).toBe('base\n')
  })

  it('configs["…"].set_config, unset_config and set_parents are one patch each', async () => {
    expect(
      await say(
        `configs["base"].set_config({"ntp_ip": "192.0.2.1"}).unset_config("ntp_enabled").set_parents("a", "b")`,
      ),
    ).toBe(0)
    expect(gateway.asked.map(({ body }) => body)).toEqual([
      { set: { ntp_ip: '192.0.2.1' } },
      { unset: ['ntp_enabled'] },
      { parents: ['a', 'b'] },
    ])
  })

  it('find and count select, sort and cut over all pages', async () => {
    const items = [
      { ...device, id: 'a', model: 'T9' },
      { ...device, id: 'b', model: 'T10' },
      { ...device, id: 'c', model: 'T10', status: 'failed' },
    ]
    gateway.answer(
      listDevices,
      { status: 200, body: { items: items.slice(0, 2), total: 3 } },
      { status: 200, body: { items: items.slice(2), total: 3 } },
    )
    expect(await say('devices.find({"status": "autoprov"}, fields=["id"], sort="-model")')).toBe(0)
    expect(JSON.parse(texts.out)).toEqual([{ id: 'b' }, { id: 'a' }])
    expect(gateway.asked.map(({ query }) => query['offset'])).toEqual(['0', '2'])
    expect(await say('configs.count()')).toBe(0)
    expect(texts.out).toBe(`${listConfigs.example.output.items.length}\n`)
  })

  it('helpers tell which plugins are used, unused and missing', async () => {
    const items = [device, { ...device, id: 'b', plugin: 'gone-1' }]
    const body = { items, total: 2 }
    gateway.answer(listDevices, ...[1, 2, 3].map(() => ({ status: 200, body })))
    expect(await say('helpers.used_plugins(); helpers.missing_plugins(); helpers.unused_plugins()')).toBe(0)
    expect(texts.out.replaceAll(/\s+/g, '')).toBe('["gone-1","yealink-v86"]["gone-1"][]')
  })

  it('options hold for what follows: long work is not waited for', async () => {
    expect(await say('options.op_async = True; options.op_progress = False; devices.reconfigure("a")')).toBe(0)
    expect(texts.out).toBe(
      `Task ${reconfigure.example.output.id}; strowger tasks watch ${reconfigure.example.output.id} follows it\n`,
    )
    expect(await say('options.op_asink = True')).toBe(2)
    expect(texts.err).toContain('options has no op_asink. There is search_description')
  })
})

describe('parameters', () => {
  it('infos() and get(…) say what is set for the tenant', async () => {
    expect(await say('parameters.infos()')).toBe(0)
    const infos = JSON.parse(texts.out) as Record<string, { value: unknown }>
    expect(Object.keys(infos)).toEqual([
      ...['plugin_server', 'http_proxy', 'ftp_proxy', 'https_proxy', 'locale', 'NAT', 'provisioning_key'],
    ])
    expect(infos['NAT']?.value).toBe(getPolicy.example.output.nat ? 1 : 0)
    expect(infos['provisioning_key']?.value).toBe(getTenantKey.example.output.key)
    gateway.answer(getTenantKey, { status: 404, body: { code: 'not-found', title: 'no', status: 404 } })
    expect(await say('parameters.get("provisioning_key")')).toBe(0)
    expect(texts.out).toBe('')
  })

  it.each([
    ['parameters.set("NAT", 1)', { nat: true }],
    ['parameters.set("NAT", "0")', { nat: false }],
    ['parameters.unset("NAT")', { nat: false }],
    ['parameters.unset("provisioning_key")', { keys: 'off' }],
  ])('%s changes the policy of the tenant', async (code, body) => {
    expect(await say(code)).toBe(0)
    expect(gateway.asked.map((asked) => [asked.method, asked.path, asked.body])).toEqual([
      ['PATCH', '/api/v1/policy', body],
    ])
  })

  it.each([
    ['parameters.unset("http_proxy")', 0, ''],
    ['parameters.set("http_proxy", "http://proxy.example:3128")', 1, 'Strowger fetches nothing from outside'],
    ['parameters.set("NAT", 2)', 2, 'NAT is 0 or 1, not 2'],
    ['parameters.set("provisioning_key", "mine")', 1, 'keys are made by Strowger'],
    ['parameters.get("nothing")', 2, 'There is no parameter nothing. There is plugin_server'],
  ])('%s changes nothing: exit code %i', async (code, exitCode, words) => {
    expect(await say(code)).toBe(exitCode)
    expect(texts.err).toContain(words)
    expect(gateway.asked.filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

describe('helpers', () => {
  it('system_info() and detailed_system_info() count', async () => {
    const counts = {
      configs: listConfigs.example.output.items.length,
      plugins: listPlugins.example.output.items.length,
    }
    expect(await say('helpers.system_info()')).toBe(0)
    expect(JSON.parse(texts.out)).toMatchObject(counts)
    expect(await say('helpers.detailed_system_info()')).toBe(0)
    expect(JSON.parse(texts.out)).toMatchObject({ ...counts, models: { [device?.model ?? '']: 1 } })
    expect(await say('helpers.installed_plugins()')).toBe(0)
    expect(JSON.parse(texts.out)).toEqual(listPlugins.example.output.items.map(({ id }) => id))
  })

  it('mass_synchronize(…) has all devices come, those of the tenants below when told so', async () => {
    gateway.answer(getTask, ended({ synchronized: 1, failed: 0, devices: [] }))
    expect(await say('helpers.mass_synchronize(recurse=True)')).toBe(0)
    expect(bodies('/api/v1/synchronize')).toEqual([{ recurse: true }])
  })

  it('remove_transient_configs() removes those that no device uses, and prints how many', async () => {
    const [config] = listConfigs.example.output.items
    const items = [
      { ...config, id: 'autoprov1', transient: true, devices: 0 },
      { ...config, id: 'autoprov2', transient: true, devices: 1 },
      { ...config, id: 'base', transient: false, devices: 0 },
    ]
    gateway.answer(listConfigs, { status: 200, body: { items, total: 3 } })
    expect(await say('helpers.remove_transient_configs()')).toBe(0)
    expect(gateway.asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path)).toEqual([
      '/api/v1/configs/autoprov1',
    ])
    expect(texts.out).toBe('1 removed\n')
  })
})

describe('what does not exist', () => {
  it.each([
    ['device.get("a")', /There is no device\. Did you mean devices\? There is configs, devices/],
    ['devices.reconfigur()', /devices has no reconfigur\. Did you mean reconfigure\?/],
    ['devices.constructor', /devices has no constructor/],
    ['devices.get()', /get\(id\): id is missing/],
    ['devices.get("a", "b")', /takes 1 arguments, not 2/],
    ['devices.get(identity="a")', /has no argument identity/],
    ['devices.get(1)', /id must be a text/],
    ['devices.using_mac("xyz")', /"xyz" is no MAC address/],
    ['devices()', /devices cannot be called/],
    ['devices.get["a"]', /has no item "a"/],
  ])('%s is answered with what does, and exit code 2', async (code, words) => {
    expect(await say(code)).toBe(2)
    expect(texts.err).toMatch(words)
    expect(gateway.asked.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('a plugin that nobody knows names those there are, with exit code 1', async () => {
    gateway.answer(listDevices, { status: 200, body: { items: [], total: 0 } })
    expect(await say('devices.using_plugin("yealink-v99").reconfigure()')).toBe(1)
    expect(texts.err).toContain(
      `There is no plugin yealink-v99, and no device uses it. There is ${listPlugins.example.output.items[0]?.id}`,
    )
  })

  it('installing a plugin is not needed, and said so', async () => {
    expect(await say('p = plugins["wazo-aastra-3.3.1-SP4"]; p.install_all()')).toBe(1)
    expect(texts.err).toContain('Plugins come with Strowger')
  })

  it('what need not be done before the rest of a script holds it up by nothing', async () => {
    expect(await say('plugins.reload("wazo-yealink-v86"); plugins.update(); plugins.installable()')).toBe(0)
    expect(texts.out).toMatch(/^reload: nothing to do\..*\nupdate: nothing to do\..*\n\{\}\n$/)
  })
})

describe('the shell', () => {
  it('keeps names from line to line, goes on after a failure, and ends with exit code 1 then', async () => {
    const lines = ['d = devices["a"]', 'd.nothing()', 'd.get()', 'exit', 'devices.remove("a")']
    expect(await run(['shell'], lines)).toBe(1)
    expect(texts.err).toContain('has no nothing')
    expect(texts.out).toContain(device?.id)
    expect(gateway.asked.some(({ method }) => method === 'DELETE')).toBe(false)
    expect(await run(['shell'], ['help()', 'dirr(devices)', ''])).toBe(0)
    expect(texts.out).toContain('helpers  What concerns many devices')
  })
})

describe('the ordinary commands', () => {
  it('synchronize takes devices by mac, and never all unless asked to', async () => {
    expect(await run(['synchronize'])).toBe(2)
    expect(await run(['synchronize', '--device', '001565123456', '--device', 'b'])).toBe(0)
    expect(bodies('/api/v1/synchronize')).toEqual([{ devices: [device?.id, 'b'] }])
    expect(texts.out).toContain(synchronize.example.output.id)
  })

  it('devices change-plugin --dry-run shows models and what fails', async () => {
    const devices = [{ id: 'a', tenant: 't', model: 'T9', known: false, error: 'base.tpl:2: no' }]
    const body = {
      applied: false,
      deviceCount: 1,
      devices,
      models: [{ model: 'T9', devices: 1, known: false, failing: 1 }],
    }
    gateway.answer(changePlugin, { status: 202, body })
    expect(await run(['devices', 'change-plugin', 'A', 'B', '--dry-run'])).toBe(0)
    expect(texts.out).toContain('does not know it  1 fail\na  base.tpl:2: no\n')
  })
})
