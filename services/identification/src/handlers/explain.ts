import type { Bus } from '@strowger/bus'
import { explain, type PhoneEvidence, splitKey, type ToldEvidence } from '@strowger/schema'
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

/** The query where a request has it: it may stand in the path, or be given by its names. */
function withQueryApart({ query, ...told }: ToldEvidence): PhoneEvidence {
  if (typeof query === 'string') return { ...told, query }
  if (query !== undefined) return { ...told, query: queryText(query) }
  const mark = told.path?.indexOf('?') ?? -1
  if (told.path === undefined || mark < 0) return told
  return { ...told, path: told.path.slice(0, mark), query: told.path.slice(mark + 1) }
}

/** As phones write it: of what need not be escaped the colons of a MAC are left as they are. */
function queryText(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map((pair) => pair.map((text) => encodeURIComponent(text).replaceAll('%3A', ':')).join('='))
    .join('&')
}
