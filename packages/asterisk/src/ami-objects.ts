import { Fault } from '@strowger/schema'
import type { AmiClient } from './ami-client.ts'
import { amiValue } from './ami-message.ts'
import type { ObjectKey } from './ari/dynamic-objects.ts'

/**
 * One attribute of a Sorcery object, empty when there is no such object. Costs Asterisk a tenth of what reading the whole
 * object over ARI does. Write class `call` or `reporting`. Faults as `AmiClient.action`.
 */
export async function readObjectAttribute(ami: AmiClient, { type, id }: ObjectKey, attribute: string): Promise<string> {
  if (/[(),{}$]/.test(type + id + attribute)) throw new RangeError(`${id} cannot stand in an expression of Asterisk`)
  return readVariable(ami, `AST_SORCERY(res_pjsip,${type},${id},${attribute})`)
}

/** A global variable or function of Asterisk’s dialplan, empty when it is not set. */
export async function readVariable(ami: AmiClient, name: string): Promise<string> {
  return amiValue(await ami.action('Getvar', [['Variable', name]]), 'Value') ?? ''
}

/** Sets a global variable of Asterisk’s dialplan; it is gone when Asterisk starts again. */
export async function writeVariable(ami: AmiClient, name: string, value: string): Promise<void> {
  await ami.action('Setvar', [
    ['Variable', name],
    ['Value', value],
  ])
}

/** What an action lists, by the name of its type. Those of auth hold passwords, and are not asked for. */
const lists: Readonly<Record<string, string>> = { endpoint: 'PJSIPShowEndpoints', aor: 'PJSIPShowAors' }
const commands: Readonly<Record<string, string>> = {
  auth: 'pjsip list auths',
  identify: 'pjsip list identifies',
  registration: 'pjsip list registrations',
}

/** Ids of all objects of a type, wherever they come from. Write class `system`, and `command` for some types. */
export async function listObjectIds(ami: AmiClient, type: string): Promise<readonly string[]> {
  const action = lists[type]
  if (action !== undefined) {
    const events = await ami.list(action).catch((error: unknown) => {
      // An empty list is answered as an error: `No endpoints found`.
      if (error instanceof Fault && / No \w+ found$/.test(error.message)) return []
      throw error
    })
    return events.flatMap((event) => amiValue(event, 'ObjectName') ?? [])
  }
  const command = commands[type]
  if (command === undefined) return []
  const response = await ami.action('Command', [['Command', command]])
  // Lines as `  Identify:  id/endpoint`; ids hold no slash. Headings stand in angle brackets.
  return response.flatMap(([key, text]) => {
    if (key !== 'Output') return []
    const id = /^ +(?:(?:Identify|I\/OAuth): +)?([^\s/<]+)\//.exec(text)?.[1]
    return id === undefined ? [] : [id]
  })
}

/**
 * Has Asterisk forget one object of a cache, so that it reads the row when it needs it next. Not being there is as good.
 * Write class `system`. Fault `conflict` when there is no such cache.
 */
export async function expireCachedObject(ami: AmiClient, cache: string, id: string): Promise<void> {
  try {
    await ami.action('SorceryMemoryCacheExpireObject', [
      ['Cache', cache],
      ['Object', id],
    ])
  } catch (error) {
    if (error instanceof Fault && error.message.includes('could not be expired from the cache')) return
    throw error
  }
}
