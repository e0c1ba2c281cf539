import { type AmiClient, expireCachedObject, optionDefaults } from '@strowger/asterisk'
import { Fault } from '@strowger/schema'
import type { DesiredObject } from '../desired-object.ts'
import { type RealtimeRows, type RealtimeType, realtimeTables } from '../store/realtime-rows.ts'
import { createAriWriter } from './ari-writer.ts'
import type { WritersFor } from './asterisk-worker.ts'
import type { Key, ObjectWriter } from './object-writer.ts'

/** Names of the caches in sorcery-realtime.conf. An identify has none. */
const caches: Readonly<Partial<Record<RealtimeType, string>>> = {
  endpoint: 'strowger_endpoint',
  auth: 'strowger_auth',
  aor: 'strowger_aor',
}

const isRow = (key: Key): key is Key & { type: RealtimeType } => Object.hasOwn(realtimeTables, key.type)

/**
 * Objects are rows that Asterisk reads when it needs them; what it has in its caches is expired object by object.
 * Registrations and transports go over ARI: Asterisk would notice their rows only after a module reload.
 */
export function realtimeWriters(rows: RealtimeRows): WritersFor {
  return ({ ami, urgent, bulk }) => {
    const overAri = { urgent: createAriWriter([urgent], optionDefaults), bulk: createAriWriter(bulk, optionDefaults) }
    const choose = (other: ObjectWriter): ObjectWriter => {
      const ofRows = createRowWriter(rows, ami)
      const writerOf = (key: Key) => (isRow(key) ? ofRows : other)
      return {
        write: (key, has, wants) => writerOf(key).write(key, has, wants),
        fingerprint: (key) => writerOf(key).fingerprint(key),
      }
    }
    return {
      urgent: choose(overAri.urgent),
      bulk: choose(overAri.bulk),
      stored: (wanted) => compareRows(rows, ami, wanted),
    }
  }
}

function createRowWriter(rows: RealtimeRows, ami: AmiClient): ObjectWriter {
  return {
    async write(key, has, wants) {
      if (!isRow(key)) throw new TypeError(`${key.type} is no row`)
      let fingerprint = ''
      try {
        if (wants === undefined) await rows.delete(key.type, key.id)
        else fingerprint = await rows.put({ ...wants, type: key.type })
      } catch (error) {
        if (error instanceof RangeError) throw new Fault('invalid-input', { detail: error.message })
        throw error
      }
      const cache = caches[key.type]
      if (cache !== undefined && has !== 'none') await expireCachedObject(ami, cache, key.id)
      if (key.type === 'aor' && probesDiffer(has, wants)) await qualifyAgain(ami, key.id)
      return { fingerprint }
    },
    fingerprint: (key) => (isRow(key) ? rows.fingerprint(key.type, key.id) : Promise.resolve('')),
  }
}

function probesDiffer(has: DesiredObject | 'none' | 'unknown', wants: DesiredObject | undefined): boolean {
  const probes = (object: DesiredObject | undefined) =>
    JSON.stringify(object?.fields.filter(([option]) => option.startsWith('qualify_') || option === 'contact') ?? [])
  return probes(typeof has === 'object' ? has : undefined) !== probes(wants)
}

/** Asterisk plans its probes when it makes an aor itself; of a row it has to be told. Not a module reload. */
async function qualifyAgain(ami: AmiClient, id: string): Promise<void> {
  if (/\s/.test(id)) return
  await ami.action('Command', [['Command', `pjsip reload qualify aor ${id}`]])
}

/** What the tables have, and that Asterisk’s caches may have something older. */
async function compareRows(
  rows: RealtimeRows,
  ami: AmiClient,
  wanted: ReadonlyMap<string, DesiredObject>,
): Promise<{ same: DesiredObject[]; orphans: Key[] }> {
  const same: DesiredObject[] = []
  const orphans: Key[] = []
  for (const type of Object.keys(realtimeTables) as RealtimeType[]) {
    for (const [id, digest] of await rows.digests(type)) {
      const object = wanted.get(`${type}/${id}`)
      if (object === undefined) orphans.push({ type, id })
      else if (object.digest === digest) same.push(object)
    }
  }
  for (const cache of Object.values(caches)) await ami.action('SorceryMemoryCacheExpire', [['Cache', cache]])
  return { same, orphans }
}
