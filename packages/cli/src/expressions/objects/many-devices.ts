import { changePlugin, deleteConfig } from '@strowger/schema'
import { changedPluginLines, failUnlessSynchronized, previewLines } from '../../commands/change-plugin.ts'
import { Method, Thing, type Value } from '../things.ts'
import { allDevices, plainPluginId, type Workplace } from '../workplace.ts'
import { allConfigs } from './configs.ts'
import { deviceCount, synchronized } from './devices.ts'
import { allPlugins } from './plugins.ts'

/** `helpers`, as the old prompt had it. */
export function helpersThing(place: Workplace): Thing {
  const { client, tool } = place
  const installed = async () => new Set((await allPlugins(client)).map(({ id }) => id))
  const used = async () => counted((await allDevices(client)).flatMap(({ plugin }) => plugin ?? []))

  async function info() {
    const configs = await allConfigs(client, true)
    return { configs: configs.length, devices: await deviceCount(place), plugins: (await installed()).size }
  }

  return new Thing({
    name: 'helpers',
    about: 'What concerns many devices',
    members: [
      new Method('system_info()', 'how many configs, devices and plugins there are', info),
      new Method('detailed_system_info()', 'likewise, with devices by vendor, model and plugin', async () => {
        const devices = await allDevices(client)
        const by = (name: 'vendor' | 'model' | 'plugin' | 'status') =>
          counted(devices.map((device) => device[name] ?? '–'))
        return {
          ...(await info()),
          vendors: by('vendor'),
          models: by('model'),
          used_plugins: by('plugin'),
          status: by('status'),
        }
      }),
      new Method('used_plugins()', 'plugins that devices have', async () => Object.keys(await used())),
      new Method('installed_plugins()', 'plugins that are loaded', async () => [...(await installed())]),
      new Method('unused_plugins()', 'loaded, and no device has it', async () => {
        const theirs = await used()
        return [...(await installed())].filter((id) => !Object.hasOwn(theirs, id))
      }),
      new Method('missing_plugins()', 'devices have it, and it is not loaded', async () => {
        const loaded = await installed()
        return Object.keys(await used()).filter((id) => !loaded.has(id))
      }),
      new Method(
        'mass_update_devices_plugin(old_plugin, new_plugin, synchronize=False, recurse=False, dry_run=False)',
        'gives all devices of one plugin another one, as one change that can be undone',
        async (given) => {
          const [old, wanted] = [plainPluginId(given.text('old_plugin')), plainPluginId(given.text('new_plugin'))]
          const flags = { synchronize: given.flag('synchronize'), recurse: given.flag('recurse') }
          const change = { old, new: wanted, ...flags }
          const dryRun = given.flag('dry_run')
          if (!(await installed()).has(old)) tool.note(`Note: the plugin ${old} is not loaded`)
          const devices = dryRun ? [] : await allDevices(client, { plugin: old, recurse: flags.recurse })
          const answer = await client.call(changePlugin, { change, ...(dryRun ? { dryRun } : {}) })
          for (const { id } of devices) place.say(`Updating device ${id}`)
          if (answer.task === undefined) {
            tool.print(previewLines(answer, tool.around.out.columns))
            return null
          }
          const ended = await place.follow(answer.task, changedPluginLines)
          if (ended) failUnlessSynchronized(ended)
          return null
        },
      ),
      new Method('mass_synchronize(recurse=False)', 'has all devices fetch their files again', async (given) => {
        const recurse = given.flag('recurse')
        const ids = (await allDevices(client, { recurse })).map(({ id }) => id)
        return ids.length === 0 ? null : synchronized(place, ids, { recurse })
      }),
      new Method('remove_transient_configs()', 'removes those that no device uses; prints how many', async () => {
        const unused = (await allConfigs(client, false)).filter(({ transient, devices }) => transient && devices === 0)
        for (const { id } of unused) await client.call(deleteConfig, { id })
        tool.print([`${unused.length} removed`])
        return null
      }),
    ],
  })
}

function counted(names: readonly string[]): { readonly [name: string]: Value } {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].sort(([one], [other]) => one.localeCompare(other)))
}
