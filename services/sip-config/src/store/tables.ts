import type { Generated } from '@strowger/database'
import type { SipOptionOperation, SipSection } from '@strowger/schema'

export interface ConfigurationTable {
  tenant_id: string
  uuid: string
  revision: Generated<number>
  kind: 'endpoint' | 'template'
  name: string
  label: string | null
  asterisk_id: string | null
  sections: Partial<Record<SipSection, [string, string][]>>
  operations: SipOptionOperation[]
  templates: string[]
  transport: string | null
  shared: boolean
  built_in: string | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export interface SipSchema {
  configuration: ConfigurationTable
}
