import { getPlugin, listPlugins, type PluginView } from '@strowger/schema'
import type { Client } from '../../client.ts'
import { Failure } from '../../failure.ts'
import { Method, Thing, type Value } from '../things.ts'
import { plainPluginId, type Workplace } from '../workplace.ts'

const comesWithStrowger =
  'Plugins come with Strowger, all of them loaded; there is nothing to install, update or remove'
const absent = ['install', 'upgrade', 'uninstall', 'uninstall_all']

/** `plugins`, as far as there is something to ask. */
export function pluginsThing(place: Workplace): Thing {
  const { client } = place
  const installed = async (search: string | undefined) => {
    const { searchesCase, searchesDescription } = place.wishes
    const cased = (text: string) => (searchesCase ? text : text.toLowerCase())
    const wanted = cased(search ?? '')
    return (await allPlugins(client)).filter(({ id, description }) =>
      cased(searchesDescription ? `${id}\n${description}` : id).includes(wanted),
    )
  }
  const listed = (plugins: readonly PluginView[]) =>
    Object.fromEntries(plugins.map(({ id, ...facts }) => [id, facts as unknown as Value]))
  return new Thing({
    name: 'plugins',
    about: 'What is known of phone generations. plugins["id"] is one of them',
    item: (id) => pluginThing(place, plainPluginId(id)),
    members: [
      new Method('installed(search=None)', 'the plugins that are loaded', async (given) =>
        listed(await installed(given.optionalText('search'))),
      ),
      new Method('count_installed()', 'how many there are', async () => (await allPlugins(client)).length),
      new Method('installable(search=None)', 'what could be installed: nothing, as all are there', () => ({})),
      ...['reload', 'update'].map((name) => doneAlready(place, name)),
      ...absent.map(absentMethod),
    ],
  })
}

function pluginThing({ client }: Workplace, id: string): Thing {
  return new Thing({
    name: `plugins["${id}"]`,
    about: 'One plugin',
    members: [
      new Method('get()', 'everything of it', async () => (await client.call(getPlugin, { id })) as unknown as Value),
      ...['install', 'install_all', 'upgrade', 'uninstall', 'uninstall_all', 'installed', 'installable'].map(
        absentMethod,
      ),
    ],
  })
}

/** In old scripts it comes before what they are about: what it was for is so already, and they go on. */
function doneAlready({ say }: Workplace, name: string): Method {
  return new Method(`${name}(*arguments)`, 'not needed here', () => {
    say(`${name}: nothing to do. Plugins come with Strowger; templates of your own are read at each reconfigure`)
    return null
  })
}

/** It is in old scripts: that it is not needed is said, and they end. */
function absentMethod(name: string): Method {
  return new Method(`${name}(*arguments)`, 'not needed here', () => {
    throw new Failure(`${name}: ${comesWithStrowger}`)
  })
}

export async function allPlugins(client: Client): Promise<readonly PluginView[]> {
  return (await client.call(listPlugins, { limit: 1000 })).items
}
