import { type ConfigInput, type ConfigView, Fault } from '@strowger/schema'
import { isRecord } from './entity.ts'

/** Fields of a document beside those we know (`X_type`, `displayname` …) are kept among the parameters under this name. */
const ownFields = 'X_document'
const known = ['id', 'parent_ids', 'raw_config', 'role', 'label', 'deletable', 'transient']

export function documentFromConfig(config: ConfigView): Record<string, unknown> {
  const { id, parents, role, label, deletable, transient } = config
  const own = config.raw[ownFields]
  const document: Record<string, unknown> = {
    ...(isRecord(own) ? own : {}),
    id,
    parent_ids: parents,
    raw_config: rawFrom(config),
    deletable,
    transient,
    role,
    label,
  }
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
}

/** The parameters alone. */
export function rawFrom({ raw }: Pick<ConfigView, 'raw'>): Record<string, unknown> {
  const { [ownFields]: _own, ...parameters } = raw
  return parameters
}

/** @throws Fault `invalid-input` for a field that is missing or of another type. */
export function configFromDocument(document: Readonly<Record<string, unknown>>): ConfigInput {
  const { id, parent_ids: parents, raw_config: raw, role, label, deletable, transient } = document
  const wrong = (detail: string) => new Fault('invalid-input', { detail })
  if (!Array.isArray(parents) || !parents.every((parent) => typeof parent === 'string')) {
    throw wrong('parent_ids must be a list of ids')
  }
  if (!isRecord(raw)) throw wrong('raw_config must be an object')
  if (id !== undefined && id !== null && typeof id !== 'string') throw wrong('id must be a text')
  const isDevice = document['X_type'] === 'device'
  const own = Object.fromEntries(
    Object.entries(document).filter(([name, value]) => !known.includes(name) && !(isDevice && value === null)),
  )
  const parameters = isDevice ? Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null)) : raw
  return {
    ...(typeof id === 'string' && id !== '' ? { id } : {}),
    parents: [...new Set(parents)],
    raw: { ...parameters, ...(Object.keys(own).length === 0 ? {} : { [ownFields]: own }) },
    // The other role that documents may name, `default`, means nothing.
    ...(role === 'autocreate' ? { role } : {}),
    ...(typeof label === 'string' ? { label } : {}),
    ...(typeof deletable === 'boolean' ? { deletable } : {}),
    ...(typeof transient === 'boolean' ? { transient } : {}),
  }
}
