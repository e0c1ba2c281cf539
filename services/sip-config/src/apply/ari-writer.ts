import {
  type DynamicObjects,
  type KnownObject,
  type ObjectStep,
  type OptionDefaults,
  stepsToChange,
} from '@strowger/asterisk'
import { Fault } from '@strowger/schema'
import type { DesiredObject } from '../desired-object.ts'
import { marked, printOf, verified } from './marks.ts'
import type { ObjectWriter } from './object-writer.ts'
import { writeTransport } from './transport-writer.ts'

/** Writes objects into Asterisk’s memory over ARI, by these connections in turn. Each carries its digest as a mark. */
export function createAriWriter(
  connections: readonly DynamicObjects[],
  defaultsOf: (type: DesiredObject['type']) => OptionDefaults,
): ObjectWriter {
  const writers = connections.map((objects) => createWriter(objects, defaultsOf))
  let turn = 0
  const next = () => {
    turn = (turn + 1) % writers.length
    return writers[turn] as ObjectWriter
  }
  return {
    write: (key, has, wants) => next().write(key, has, wants),
    fingerprint: (key) => next().fingerprint(key),
  }
}

function createWriter(
  objects: DynamicObjects,
  defaultsOf: (type: DesiredObject['type']) => OptionDefaults,
): ObjectWriter {
  return {
    async write(key, has, wants) {
      if (key.type === 'transport' && wants !== undefined)
        return writeTransport(objects, wants, defaultsOf('transport'))
      const defaults = defaultsOf(key.type)
      const known = await knownOf(key, has)
      const fields = wants && marked(wants)
      const steps = stepsToChange(key.type, known, fields, defaults)
      try {
        return verified(await run(key, steps), wants)
      } catch (fault) {
        if (!(fault instanceof Fault) || fault.code === 'unavailable') throw fault
        if (fault.code === 'conflict' && fields && steps.length === 1 && key.type !== 'aor') {
          return verified(await run(key, [{ verb: 'delete' }, { verb: 'put', fields }]), wants)
        }
        // Refused after the old one was deleted: better the old one than none.
        if (steps.length === 2 && typeof has === 'object') await run(key, [{ verb: 'put', fields: marked(has) }])
        throw fault
      }
    },
    async fingerprint(key) {
      const text = await objects.read(key)
      return text === undefined ? '' : printOf(text)
    },
  }

  async function knownOf(
    key: { type: string; id: string },
    has: Parameters<ObjectWriter['write']>[1],
  ): Promise<KnownObject> {
    if (typeof has === 'object') return has.fields
    // Only Asterisk can say which static contacts an aor has, and they cannot be overwritten.
    return has === 'unknown' && key.type === 'aor' ? ((await objects.get(key)) ?? 'none') : has
  }

  /** Sends all at once: Asterisk does them in a row. Resolves to the text of the last object. */
  async function run(key: { type: string; id: string }, steps: readonly ObjectStep[]): Promise<string> {
    const sent = steps.map((step) => (step.verb === 'delete' ? objects.delete(key) : objects.put(key, step.fields)))
    let text = ''
    for (const answer of await Promise.allSettled(sent)) {
      if (answer.status === 'rejected') throw answer.reason
      if (typeof answer.value === 'string') text = answer.value
    }
    return text
  }
}
