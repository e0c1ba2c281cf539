import { type AmiClient, endingsOf, listObjectIds, markAttribute, readObjectAttribute } from '@strowger/asterisk'
import { sideBySide } from '@strowger/service'
import type { DesiredObject } from '../desired-object.ts'
import { type Key, keyText } from './object-writer.ts'

/** What a look at the marks in an Asterisk found. */
export interface LookOver {
  /** There with the digest that is wanted. */
  readonly same: readonly DesiredObject[]
  /** Wanted, and there as something else or not at all. */
  readonly different: readonly DesiredObject[]
  /** There with a mark of ours, and not wanted. */
  readonly orphans: readonly Key[]
}

const listed = ['auth', 'aor', 'identify', 'registration'] as const
const atOnce = 128
/** Little enough for a buffer: Asterisk closes a connection that is not read for a tenth of a second. */
const listedAtOnce = 250

/**
 * Compares the marks of the objects in Asterisk with what is wanted, without reading an object (30,000 in two seconds).
 * Objects without a mark are other people’s, and left alone.
 */
export async function lookOver(
  ami: AmiClient,
  wanted: ReadonlyMap<string, DesiredObject>,
  former: Iterable<Key>,
): Promise<LookOver> {
  const same: DesiredObject[] = []
  const different: DesiredObject[] = []
  await sideBySide([...wanted.values()], atOnce, async (object) => {
    const mark = await readObjectAttribute(ami, object, markAttribute)
    if (mark === object.digest) same.push(object)
    else different.push(object)
  })
  return { same, different, orphans: await orphansIn(ami, wanted, former) }
}

/**
 * Objects with a mark of ours that nobody wants: of those that it was once told of (`former`), and of those that can be
 * listed. Endpoints cannot be, hence they are looked for beside what is strange of their names.
 */
export async function orphansIn(
  ami: AmiClient,
  wanted: ReadonlyMap<string, DesiredObject>,
  former: Iterable<Key>,
): Promise<readonly Key[]> {
  const suspects = new Map<string, Key>()
  const suspect = (key: Key) => {
    if (!wanted.has(keyText(key))) suspects.set(keyText(key), key)
  }
  for (const key of former) suspect(key)
  for (const type of listed) {
    const ids = [...wanted.values()].filter((object) => object.type === type).map(({ id }) => id)
    for (const endings of endingsOf(ids, listedAtOnce))
      for (const id of await listObjectIds(ami, type, endings)) {
        if (wanted.has(keyText({ type, id }))) continue
        suspect({ type, id })
        suspect({ type: 'endpoint', id: id.replace(/^(?:auth_reg|outbound_auth)_/, '') })
      }
  }
  const orphans: Key[] = []
  await sideBySide([...suspects.values()], atOnce, async (key) => {
    if ((await readObjectAttribute(ami, key, markAttribute)) !== '') orphans.push(key)
  })
  return orphans
}
