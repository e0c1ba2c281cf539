import {
  type DynamicObjects,
  markAttribute,
  type ObjectFields,
  type OptionDefaults,
  stepsToChange,
  truthOf,
} from '@strowger/asterisk'
import type { DesiredObject } from '../desired-object.ts'
import { marked, printOf, verified } from './marks.ts'
import type { Written } from './object-writer.ts'

/** What Asterisk goes by at once when a transport that it has is changed; anything else only when it starts. */
const takenAtOnce = new Set([
  'allow_reload',
  'external_media_address',
  'external_signaling_address',
  'external_signaling_port',
  'symmetric_transport',
])

/**
 * A new transport listens at once. One that is there is changed only as far as Asterisk goes by it: else it would show
 * what is wanted and listen as before. The change is written when Asterisk has started again, and waits until then.
 */
export async function writeTransport(
  objects: DynamicObjects,
  wants: DesiredObject,
  defaults: OptionDefaults,
): Promise<Written> {
  const text = await objects.read(wants)
  if (text === undefined) return verified(await objects.put(wants, marked(wants)), wants)
  const has = (await objects.get(wants)) ?? []
  if (valueIn(has, markAttribute) === wants.digest) return { fingerprint: printOf(text) }
  const later = differing(has, wants.fields, defaults).filter((option) => !takenAtOnce.has(option))
  const reloads = [has, wants.fields].every((fields) => truthOf(valueIn(fields, 'allow_reload') ?? 'no') === true)
  if (valueIn(has, markAttribute) === undefined) {
    // Of its pjsip.conf: nobody may write it there but its people.
    const own = `Asterisk has it from its own pjsip.conf, with another ${later.join(', ')}: change it there`
    return { fingerprint: printOf(text), ...(later.length === 0 ? {} : { waitsFor: own }) }
  }
  if (later.length > 0 && !reloads) {
    const waitsFor = `Asterisk goes by the old ${later.join(', ')} until it is restarted`
    return { fingerprint: printOf(text), waitsFor }
  }
  const [step] = stepsToChange('aor', has, marked(wants), defaults)
  if (step?.verb !== 'put') return { fingerprint: printOf(text) }
  return verified(await objects.put(wants, step.fields), wants)
}

const valueIn = (fields: ObjectFields, option: string) => fields.find(([name]) => name === option)?.[1]

function differing(has: ObjectFields, wants: ObjectFields, defaults: OptionDefaults): string[] {
  const names = new Set([...has, ...wants].map(([option]) => option).filter((option) => !option.startsWith('@')))
  return [...names].filter((option) => {
    const fallback = defaults.get(option) ?? ''
    const values = (fields: ObjectFields) => {
      const given = fields.filter(([name]) => name === option).map(([, value]) => value)
      return given.length === 0 ? plain(fallback) : given.map(plain).sort().join()
    }
    return values(has) !== values(wants)
  })
}

/** As Asterisk prints it, or as somebody wrote it. */
const plain = (value: string) => String(truthOf(value) ?? value)
