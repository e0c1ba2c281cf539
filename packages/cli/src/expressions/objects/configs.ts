import {
  type ConfigInput,
  type ConfigView,
  createConfig,
  deleteConfig,
  getConfig,
  listConfigs,
  patchConfig,
  replaceConfig,
} from '@strowger/schema'
import type { Client } from '../../client.ts'
import { deviceId, macFrom } from '../../commands/device-id.ts'
import { Failure } from '../../failure.ts'
import { isDict, Method, Thing, type Value } from '../things.ts'
import { selected, type Workplace } from '../workplace.ts'

const page = 1000

/** `configs`, as the old prompt had it. */
export function configsThing(place: Workplace): Thing {
  const { client } = place
  const idOf = (named: string) => (macFrom(named) === undefined ? named : deviceId(client, named))
  const found = async (recurse: boolean) => [...(await allConfigs(client, recurse))]
  const view = async (id: string) => (await client.call(getConfig, { id: await idOf(id) })) as unknown as Value
  const raw = async (id: string) =>
    (await client.call(getConfig, { id: await idOf(id), view: 'merged' })).raw as { readonly [name: string]: Value }
  const remove = async (id: string) => {
    place.say(`Removing config ${id}`)
    await client.call(deleteConfig, { id })
  }

  function configThing(id: string): Thing {
    const patched = async (patch: { set?: Record<string, unknown>; unset?: string[]; parents?: string[] }) => {
      await client.call(patchConfig, { id, patch })
      return thing
    }
    const thing: Thing = new Thing({
      name: `configs["${id}"]`,
      about: 'One config',
      members: [
        new Method('get()', 'the config', () => view(id)),
        new Method('get_raw()', 'its parameters with what its parents give', () => raw(id)),
        new Method('set_config(parameters)', 'sets parameters: {"sip_lines.1.username": "1001"}', (given) =>
          patched({ set: { ...given.dict('parameters') } }),
        ),
        new Method('unset_config(*names)', 'takes parameters away', (given) =>
          patched({ unset: [...given.texts('names')] }),
        ),
        new Method('set_parents(*parents)', 'merged in this order before its own parameters', (given) =>
          patched({ parents: [...given.texts('parents')] }),
        ),
      ],
    })
    return thing
  }

  return new Thing({
    name: 'configs',
    about: 'Parameters of phones. configs["id"] is one of them',
    item: async (id) => configThing(await idOf(id)),
    members: [
      new Method('add(config)', 'adds a config; answers its id', async (given) => {
        const answer = await client.call(createConfig, { config: inputFrom(given.dict('config')) })
        return answer.config?.id ?? null
      }),
      new Method('get(id)', 'one config', (given) => view(given.text('id'))),
      new Method('get_raw(id)', 'its parameters with what its parents give', (given) => raw(given.text('id'))),
      new Method('update(config)', 'replaces the config with this id', async (given) => {
        const { id, ...config } = inputFrom(given.dict('config'))
        if (id === undefined) throw new Failure('update(config): the config has no id', 2)
        await client.call(replaceConfig, { id, config })
        return null
      }),
      new Method('remove(id)', 'removes a config', async (given) => {
        await remove(await idOf(given.text('id')))
        return null
      }),
      new Method('remove_all()', 'removes all configs of this tenant that may be', async () => {
        for (const { id, deletable } of await found(false)) if (deletable) await remove(id)
        return null
      }),
      new Method('autocreate()', 'the config of devices that have none of their own; answers its id', async () => {
        const config = (await found(false)).find(({ role }) => role === 'autocreate')
        return config?.id ?? 'autoprov'
      }),
      new Method('clone(old, new=None)', 'a copy; answers its id', async (given) => {
        const { parents, raw: parameters, label } = await client.call(getConfig, { id: await idOf(given.text('old')) })
        const id = given.optionalText('new')
        const config = { parents, raw: parameters, ...(label ? { label } : {}), ...(id ? { id } : {}) }
        return (await client.call(createConfig, { config })).config?.id ?? null
      }),
      new Method(
        'find(selector=None, fields=None, skip=0, limit=None, sort=None, recurse=False)',
        'the configs with these values',
        async (given) =>
          selected(await found(given.flag('recurse')), {
            selector: given.dict('selector'),
            fields: given.texts('fields'),
            sort: given.optionalText('sort'),
            skip: given.number('skip') ?? 0,
            limit: given.number('limit'),
          }),
      ),
      new Method(
        'count(recurse=False)',
        'how many there are',
        async (given) => (await found(given.flag('recurse'))).length,
      ),
    ],
  })
}

export async function allConfigs(client: Client, recurse: boolean): Promise<ConfigView[]> {
  const configs: ConfigView[] = []
  for (;;) {
    const { items, total } = await client.call(listConfigs, { limit: page, offset: configs.length, recurse })
    configs.push(...items)
    if (items.length === 0 || configs.length >= total) return configs
  }
}

/** As Wazo writes one (`parent_ids`, `raw_config`) or as we do; dotted names of parameters are expanded. */
function inputFrom(given: { readonly [name: string]: Value }): ConfigInput {
  const { parent_ids: parents, raw_config: raw, ...rest } = given
  const config: Record<string, Value> = { ...rest }
  if (parents !== undefined) config['parents'] = parents
  if (raw !== undefined) config['raw'] = raw
  if (config['raw'] !== undefined && isDict(config['raw'])) config['raw'] = expanded(config['raw'])
  return config as ConfigInput
}

function expanded(flat: { readonly [name: string]: Value }): { readonly [name: string]: Value } {
  const whole: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const [name, value] of Object.entries(flat)) {
    const parts = name.split('.')
    const last = parts.pop() ?? ''
    let outer = whole
    for (const part of parts) {
      const inner = outer[part]
      // The dict may be one that was given, and is not ours to write into.
      const next =
        typeof inner === 'object' && inner !== null ? Object.assign(Object.create(null), inner) : Object.create(null)
      outer[part] = next
      outer = next as Record<string, unknown>
    }
    outer[last] = isDict(value) ? expanded(value) : value
  }
  return whole as { readonly [name: string]: Value }
}
