import { type Database, sql } from '@strowger/database'
import { Fault, type SipSection, secretMask, sipSections } from '@strowger/schema'
import { isSealed } from '@strowger/service'
import { isSecret } from '@strowger/sip'
import type { Row, SipSchema } from './tables.ts'

type Image = Row<'configuration'>
interface Recorded {
  readonly change_set: number
  readonly at: Date
  readonly actor: string
  readonly note: string | null
  readonly operation: 'insert' | 'update' | 'delete'
  readonly before: Image | null
  readonly after: Image | null
}

interface FieldChange {
  readonly field: string
  readonly before: string[]
  readonly after: string[]
}

/** What people changed of a configuration, newest first. */
export async function historyOf(
  database: Database<SipSchema>,
  tenant: string,
  uuid: string,
  { limit, offset }: { limit: number; offset: number },
) {
  return database.inTenants([tenant], {}, async (tx) => {
    const ofIt = sql`"table" = 'configuration' and key ->> 'uuid' = ${uuid}`
    const { rows } = await sql<Recorded>`
      select change_set.id as change_set, at, actor, note, op as operation, before, after
      from row_change join change_set on change_set.id = set_id where ${ofIt}
      order by row_change.id desc limit ${limit} offset ${offset}`.execute(tx)
    const { rows: counted } = await sql<{ total: number }>`
      select count(*)::int as total from row_change join change_set on change_set.id = set_id where ${ofIt}`.execute(tx)
    const items = rows.map(({ change_set, at, actor, note, operation, before, after }) => ({
      change_set: Number(change_set),
      at: new Date(at).toISOString(),
      actor,
      operation,
      changes: fieldChanges(before, after),
      ...(note === null ? {} : { note }),
    }))
    return { items, total: counted[0]?.total ?? 0 }
  })
}

/** As it was stored after a change set. @throws Fault `not-found` */
export async function versionAfter(
  database: Database<SipSchema>,
  tenant: string,
  uuid: string,
  changeSet: number,
): Promise<Image> {
  const { rows } = await database.inTenants([tenant], {}, (tx) =>
    sql<{ after: Image | null }>`
      select after from row_change where set_id = ${changeSet} and "table" = 'configuration' and key ->> 'uuid' = ${uuid}
      order by id desc limit 1`.execute(tx),
  )
  const after = rows[0]?.after
  if (!after) throw new Fault('not-found', { detail: `Change set ${changeSet} left no version of this configuration` })
  return after
}

function fieldChanges(before: Image | null, after: Image | null): FieldChange[] {
  const was = flat(before)
  const is = flat(after)
  const changes: FieldChange[] = []
  for (const field of new Set([...was.keys(), ...is.keys()])) {
    const old = was.get(field) ?? []
    const now = is.get(field) ?? []
    if (JSON.stringify(old) === JSON.stringify(now)) continue
    const [section = '', option = ''] = field.split(/\.(.*)/s)
    const hides = (sipSections as readonly string[]).includes(section) && isSecret(section as SipSection, option)
    const shown = (values: string[]) => values.map((value) => (hides || isSealed(value) ? secretMask : value))
    changes.push({ field, before: shown(old), after: shown(now) })
  }
  return changes
}

function flat(image: Image | null): Map<string, string[]> {
  const values = new Map<string, string[]>()
  const put = (field: string, value: string) => {
    const present = values.get(field)
    if (present) present.push(value)
    else values.set(field, [value])
  }
  if (image === null) return values
  for (const section of sipSections)
    for (const [option, value] of image.sections[section] ?? []) put(`${section}.${option}`, value)
  for (const { section, option, action, value } of image.operations)
    put('option_operations', `${action} ${section}.${option}${value === undefined ? '' : ` ${value}`}`)
  for (const parent of image.templates) put('templates', parent)
  for (const field of ['name', 'label', 'asterisk_id', 'transport'] as const) {
    const value = image[field]
    if (value !== null) put(field, value)
  }
  if (image.shared) put('shared', 'yes')
  return values
}
