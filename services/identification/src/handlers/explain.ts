import type { Bus } from '@strowger/bus'
import { explain, splitKey } from '@strowger/schema'
import type { DeviceDirectory } from '../device-directory.ts'
import type { Recognition } from '../recognition.ts'

/** The same as for a phone's request, with nothing stored and no file given. */
export function answerExplain(bus: Bus, parts: { recognition: Recognition; directory: DeviceDirectory }): void {
  const { recognition, directory } = parts
  bus.reply(explain, async ({ evidence: given }) => {
    const evidence = withoutKey(withQueryApart(given))
    const { plugins, evidence: conclusions, ...identity } = recognition.identify(evidence)
    const device = directory.find(identity, evidence.address)
    return { ...identity, ...(device === undefined ? {} : { device: device.id }), evidence: conclusions, plugins }
  })
}

/** As ingress does it: a key tells nothing of the phone here. */
function withoutKey<Evidence extends { path?: string; filename?: string }>(evidence: Evidence): Evidence {
  const { path, filename } = evidence
  if (path !== undefined) return { ...evidence, path: splitKey(path).path }
  return filename === undefined ? evidence : { ...evidence, filename: splitKey(filename).path }
}

/** A query may also stand in the path. */
function withQueryApart<Evidence extends { path?: string; query?: string }>(evidence: Evidence): Evidence {
  const { path, query } = evidence
  const mark = path?.indexOf('?') ?? -1
  if (path === undefined || mark < 0 || query !== undefined) return evidence
  return { ...evidence, path: path.slice(0, mark), query: path.slice(mark + 1) }
}
