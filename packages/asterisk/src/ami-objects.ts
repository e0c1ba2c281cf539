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

const lists: Readonly<Record<string, string>> = {
  aor: 'pjsip list aors',
  auth: 'pjsip list auths',
  identify: 'pjsip list identifies',
  registration: 'pjsip list registrations',
}

/**
 * Ids of the objects of a type (not of endpoints) whose ids end as `endings` says, wherever the objects come from; an id of more than some
 * fifty characters may be cut. Write class `command`.
 *
 * Asterisk looks for each object that it lists at all before it, and nothing of the type is found meanwhile: 10,000 at
 * once are a second without SIP (22.10). `endingsOf` parts them. Endpoints are never listed: `pjsip list endpoints` ends
 * Asterisk’s process when one of them has just been made anew (measured with 22.10.1: SIGSEGV).
 */
export async function listObjectIds(ami: AmiClient, type: string, endings: string): Promise<readonly string[]> {
  const command = lists[type]
  if (command === undefined) return []
  const response = await ami.action('Command', [['Command', `${command} like ${endings}`]])
  // Lines as `  Identify:  id/endpoint`; ids hold no slash. Headings stand in angle brackets.
  return response.flatMap(([key, text]) => {
    if (key !== 'Output') return []
    const id = /^ +(?:(?:Aor|Identify|I\/OAuth): +)?([^\s/<:]+)(?:\/| |$)/.exec(text)?.[1]
    return id === undefined ? [] : [id]
  })
}

const alphabet = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-']

/**
 * Regular expressions of which each id of Asterisk’s objects fits exactly one, and of these ids about `most` each. Pure.
 */
export function endingsOf(ids: readonly string[], most: number, ending = ''): string[] {
  const byCharacter = new Map<string, string[]>(alphabet.map((character) => [character, []]))
  for (const id of ids) byCharacter.get(id.at(-1 - ending.length) ?? '')?.push(id)
  const expressions: string[] = ending === '' ? [] : [`^${plain(ending)}$`]
  let together: string[] = []
  let count = 0
  const close = () => {
    if (together.length > 0) expressions.push(`[${together.join('')}]${plain(ending)}$`)
    together = []
    count = 0
  }
  for (const [character, held] of byCharacter) {
    if (held.length > most) {
      expressions.push(...endingsOf(held, most, character + ending))
      continue
    }
    if (count + held.length > most) close()
    together.push(character)
    count += held.length
  }
  close()
  return expressions
}

const plain = (text: string) => text.replaceAll('.', '[.]')

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
