import {
  asterisks,
  getFlood,
  lines,
  listConfigs,
  listDevices,
  listPlugins,
  listRatingCalls,
  listRatingProblems,
  listTasks,
  listTenants,
  type RequestDefinition,
  ratingItems,
  sipEndpoints,
  trunks,
} from '@strowger/schema'
import type { Client } from '../client.ts'
import type { ArchiveEntry } from './archive.ts'

/** What REST tells of an installation: how much there is of everything, and what does not go well. No names, no texts. */
export async function gatewayReport(client: Client): Promise<ArchiveEntry[]> {
  const problems: string[] = []
  const attempt = async <Value>(what: string, ask: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await ask()
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    }
  }
  const total = async (what: string, definition: RequestDefinition<object, { total: number }>, input: object) =>
    [what, (await attempt(what, () => client.call(definition, { limit: 1, ...input })))?.total ?? null] as const

  const counts = Object.fromEntries([
    await total('tenants', listTenants, {}),
    await total('devices', listDevices, { recurse: true }),
    await total('new devices', listDevices, { isNew: true }),
    await total('configs', listConfigs, { recurse: true }),
    await total('lines', lines.list, { recurse: true }),
    await total('SIP endpoints', sipEndpoints.list, { recurse: true }),
    await total('trunks', trunks.list, { recurse: true }),
    await total('sources of calls', ratingItems.source.list, {}),
    await total('calls', listRatingCalls, { recurse: true }),
    await total('problems of calls', listRatingProblems, {}),
    await total('tasks that run', listTasks, { recurse: true, state: 'running' }),
    await total('tasks that failed', listTasks, { recurse: true, state: 'failed' }),
  ])
  const plugins = await attempt('plugins', () => client.call(listPlugins, { limit: 1_000 }))
  const exchanges = await attempt('asterisks', () => client.call(asterisks.list, { limit: 1_000 }))
  const flood = await attempt('flood', () => client.call(getFlood, {}))
  const about = (await attempt('version', () => client.ask('GET', '/api/v1/openapi.json'))) as
    | { info?: { version?: string } }
    | undefined
  const shown = plugins?.items.map(({ id, version, hash, origin, devices }) => ({ id, version, hash, origin, devices }))
  const json = (value: unknown) => `${JSON.stringify(value ?? null, undefined, 2)}\n`
  return [
    { name: 'counts.json', text: json({ version: about?.info?.version, ...counts }) },
    { name: 'plugins.json', text: json(shown) },
    { name: 'asterisks.json', text: json(exchanges?.items) },
    { name: 'flood.json', text: json(flood) },
    ...(problems.length === 0 ? [] : [{ name: 'problems.txt', text: `${problems.join('\n')}\n` }]),
  ]
}
