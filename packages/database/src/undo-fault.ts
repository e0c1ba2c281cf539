import { Fault } from '@strowger/schema'
import { isForeignKeyViolation, isForeignTenant, isUniqueViolation } from './faults.ts'

interface Disputed {
  readonly table: string
  readonly key: Readonly<Record<string, unknown>>
  readonly columns: readonly string[]
}

/** What the database says about an undo it refuses, as a Fault that names what stands in the way. */
export function faultOfUndo(error: unknown): unknown {
  const { code, detail, constraint } = (error ?? {}) as { code?: string; detail?: string; constraint?: string }
  if (code === 'SW002' && detail !== undefined) {
    const { table, key, columns } = JSON.parse(detail) as Disputed
    const row = `${table} ${Object.values(key).join(' ')}`
    return new Fault('undo-conflict', {
      detail: `${row} has been changed since, in ${columns.join(', ')}: undo the later change first`,
      fields: columns.map((column) => ({
        field: `/${table}/${Object.values(key).join(',')}/${column}`,
        problem: 'changed since',
      })),
      cause: error,
    })
  }
  if (isUniqueViolation(error) || isForeignKeyViolation(error)) {
    return new Fault('undo-conflict', {
      detail: `A row written since stands in the way (${constraint ?? 'constraint'})`,
      cause: error,
    })
  }
  if (isForeignTenant(error)) {
    return new Fault('undo-conflict', { detail: 'It changed rows of a tenant you may not see', cause: error })
  }
  return error
}
