import { type AmiClient, endingsOf, listObjectIds, markAttribute, readObjectAttribute } from '@strowger/asterisk'
import type { DesiredObject } from '../desired-object.ts'
import type { Key } from './object-writer.ts'

/** What a look at the marks in an Asterisk found. */
export interface LookOver {
  /** There with the digest that is wanted. */
  readonly same: readonly DesiredObject[]
  /** Wanted, and there as something else or not at all. */
  readonly different: readonly DesiredObject[]
  /** There with a mark of ours, and not wanted. */
  readonly orphans: readonly Key[]
}

const types = ['auth', 'aor', 'endpoint', 'identify', 'registration'] as const
const atOnce = 128
const listedAtOnce = 1_000

/**
 * Compares the marks of the objects in Asterisk with what is wanted, without reading an object (30,000 in two seconds).
 * Objects without a mark are other people’s, and left alone.
 */
export async function lookOver(ami: AmiClient, wanted: ReadonlyMap<string, DesiredObject>): Promise<LookOver> {
  const same: DesiredObject[] = []
  const different: DesiredObject[] = []
  await forEach([...wanted.values()], async (object) => {
    const mark = await readObjectAttribute(ami, object, markAttribute)
    if (mark === object.digest) same.push(object)
    else different.push(object)
  })
  return { same, different, orphans: await orphansIn(ami, wanted) }
}

/** Objects with a mark of ours that nobody wants. */
export async function orphansIn(ami: AmiClient, wanted: ReadonlyMap<string, DesiredObject>): Promise<readonly Key[]> {
  const orphans: Key[] = []
  for (const type of types) {
    const ids = [...wanted.values()].filter((object) => object.type === type).map(({ id }) => id)
    for (const endings of endingsOf(ids, listedAtOnce)) {
      const strange = (await listObjectIds(ami, type, endings)).filter((id) => !wanted.has(`${type}/${id}`))
      await forEach(strange, async (id) => {
        if ((await readObjectAttribute(ami, { type, id }, markAttribute)) !== '') orphans.push({ type, id })
      })
    }
  }
  return orphans
}

async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const item = items[next++]
      if (item !== undefined) await work(item)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
