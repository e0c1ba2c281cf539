import type { ConfEntry } from '../conf/conf-file.ts'
import type { PeerSettings } from './rule.ts'

/** Other names of the same setting. */
const aliases: Readonly<Record<string, string>> = {
  cancallforward: 'promiscredir',
  call_limit: 'call-limit',
  maxexpirey: 'maxexpiry',
  minexpirey: 'minexpiry',
  defaultexpirey: 'defaultexpiry',
}

export const keyOf = (entry: ConfEntry): string => {
  const key = entry.key.toLowerCase()
  return aliases[key] ?? key
}

/** Makes the entries of a section what rules read. */
export function settingsOf(name: string, entries: readonly ConfEntry[]): PeerSettings {
  const byKey = new Map<string, string[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const values = byKey.get(key)
    if (values) values.push(entry.value)
    else byKey.set(key, [entry.value])
  }
  return {
    name,
    entries,
    get: (key) => byKey.get(key)?.at(-1),
    all: (key) => byKey.get(key) ?? [],
    inOrder: (...keys) =>
      entries.flatMap((entry) => (keys.includes(keyOf(entry)) ? [[keyOf(entry), entry.value] as const] : [])),
  }
}
