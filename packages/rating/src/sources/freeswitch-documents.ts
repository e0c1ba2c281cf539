import Type from 'typebox'
import { type CdrFileFormat, RecordFault } from './format.ts'
import { type FreeswitchFields, recordFromFreeswitch } from './freeswitch-fields.ts'
import { createLocalClock } from './local-clock.ts'
import { createJsonEnd, createPieceReader, createTagEnd } from './pieces.ts'
import { zoneFrom, zoneSetting } from './settings.ts'

const settings = Type.Object({ ...zoneSetting })

/** FreeSWITCH's mod_json_cdr: one object a leg, in a file each or one after the other. */
export const freeswitchJson: CdrFileFormat = {
  kind: 'file',
  name: 'freeswitch-json',
  title: 'FreeSWITCH mod_json_cdr',
  settings,
  open(given, sink, from = { line: 0 }) {
    const clock = createLocalClock(zoneFrom((given as Type.Static<typeof settings>).zone))
    return createPieceReader(createJsonEnd(), sink, from.line, (text, line) => {
      const parsed: unknown = JSON.parse(text)
      const variables = objectAt(parsed, 'variables')
      if (variables === undefined) throw new RecordFault('variables', 'there are none')
      const flow = (parsed as { callflow?: unknown }).callflow
      const profile = objectAt(Array.isArray(flow) ? flow[0] : flow, 'caller_profile')
      return recordFromFreeswitch(fieldsOf(variables, profile), clock, text, line)
    })
  },
}

/** FreeSWITCH's mod_xml_cdr: one document a leg. */
export const freeswitchXml: CdrFileFormat = {
  kind: 'file',
  name: 'freeswitch-xml',
  title: 'FreeSWITCH mod_xml_cdr',
  settings,
  open(given, sink, from = { line: 0 }) {
    const clock = createLocalClock(zoneFrom((given as Type.Static<typeof settings>).zone))
    return createPieceReader(createTagEnd('cdr'), sink, from.line, (text, line) => {
      const variables = elementsIn(between(text, 'variables'))
      if (Object.keys(variables).length === 0) throw new RecordFault('variables', 'there are none')
      return recordFromFreeswitch(fieldsOf(variables, elementsIn(between(text, 'caller_profile'))), clock, text, line)
    })
  },
}

function objectAt(value: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const found = (value as Record<string, unknown>)[name]
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined
}

/** Values are percent-encoded where the module was told so (`encode-values`, `encode`). */
function fieldsOf(variables: Record<string, unknown>, profile: Record<string, unknown> = {}): FreeswitchFields {
  const fields: FreeswitchFields = {}
  for (const [name, value] of [...Object.entries(profile), ...Object.entries(variables)]) {
    if (typeof value === 'string' || typeof value === 'number') fields[name] = percentDecoded(String(value))
  }
  return fields
}

function percentDecoded(text: string): string {
  if (!/%[0-9A-Fa-f]{2}/.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** What stands between the first tag of a name and its end. */
function between(text: string, tag: string): string {
  const from = text.indexOf(`<${tag}>`)
  const to = text.indexOf(`</${tag}>`, from)
  return from < 0 || to < 0 ? '' : text.slice(from + tag.length + 2, to)
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The elements of a flat piece of XML by their names; no entities but XML's own five and numbers. */
function elementsIn(xml: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name = '', text = ''] of xml.matchAll(/<([A-Za-z_][\w.-]*)>([^<]*)<\/\1>/g)) {
    found[name] = text.replaceAll(/&(#\d{1,7}|#x[0-9a-fA-F]{1,6}|\w{2,4});/g, (all, entity: string) => {
      if (!entity.startsWith('#')) return named[entity] ?? all
      const code = entity.startsWith('#x') ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1))
      return code <= 0x10ffff ? String.fromCodePoint(code) : all
    })
  }
  return found
}
