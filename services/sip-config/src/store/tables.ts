import type { Generated, GeneratedAlways, Selectable } from '@strowger/database'
import type { LineKeys, SipOption, SipOptionOperation, SipSection } from '@strowger/schema'

interface Stamped {
  tenant_id: string
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface ConfigurationTable extends Stamped {
  uuid: string
  kind: 'endpoint' | 'template'
  name: string
  label: string | null
  asterisk_id: string | null
  sections: Partial<Record<SipSection, SipOption[]>>
  operations: SipOptionOperation[]
  templates: string[]
  transport: string | null
  shared: boolean
  built_in: string | null
}

export interface TransportTable extends Stamped {
  uuid: string
  name: string
  options: SipOption[]
}

export interface RegistrarTable extends Stamped {
  id: string
  deletable: boolean
  name: string | null
  hosts: Record<string, string | number>
}

export interface LineTable extends Stamped {
  id: GeneratedAlways<number>
  context: string
  position: number
  caller_id_name: string | null
  caller_id_number: string | null
  provisioning_code: string
  registrar: string | null
  application: string | null
  endpoint: string | null
  users: string[]
  device_id: string | null
  keys: LineKeys | null
}

export interface ExtensionTable extends Stamped {
  id: GeneratedAlways<number>
  exten: string
  context: string
  line_id: number | null
}

export interface TrunkTable extends Stamped {
  id: GeneratedAlways<number>
  context: string | null
  label: string | null
  endpoint: string | null
}

export interface SettingTable extends Stamped {
  section: 'global' | 'system' | 'domain_alias' | 'general' | 'features'
  options: Record<string, string>
  asterisk_id: string | null
}

export interface SipSchema {
  configuration: ConfigurationTable
  transport: TransportTable
  registrar: RegistrarTable
  line: LineTable
  extension: ExtensionTable
  trunk: TrunkTable
  setting: SettingTable
}

export type Row<Table extends keyof SipSchema> = Selectable<SipSchema[Table]>
