import type { Generated } from '@strowger/database'

export interface ItemTable {
  tenant_id: string
  kind: string
  id: string
  revision: Generated<number>
  data: Record<string, unknown>
  updated_at: Generated<Date>
}

export interface BatchTable {
  id: Generated<number>
  tenant_id: string
  source: string
  file: string | null
  first_byte: number | null
  bytes: number
  sha256: string | null
  parser: string
  records: number
  added: number
  duplicates: number
  revised: number
  failed: number
  ignored: number
  at: Generated<Date>
  withdrawn_at: Date | null
}

export interface SourceStateTable {
  tenant_id: string
  source: string
  cursor: unknown
  records: Generated<number>
  last_read_at: Date | null
  last_record_at: Date | null
  last_error: string | null
  last_error_at: Date | null
}

export interface RatingSchema {
  item: ItemTable
  batch: BatchTable
  source_state: SourceStateTable
}
