import type { Generated, Selectable } from '@strowger/database'

export interface ConfigTable {
  tenant_id: string
  id: string
  revision: Generated<number>
  parents: string[]
  raw: Record<string, unknown>
  role: 'autocreate' | null
  label: string | null
  deletable: boolean
  transient: Generated<boolean>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type ConfigRow = Selectable<ConfigTable>

export interface PluginTable {
  id: string
  revision: Generated<number>
  version: string
  hash: string
  origin: 'built-in' | 'installed'
  installed_at: Generated<Date>
  updated_at: Generated<Date>
}

export interface RenderedTable {
  device_id: string
  tenant_id: string
  revision: Generated<number>
  config: string
  plugin: string | null
  digests: Record<string, string>
  error: string | null
  access: Generated<string>
  last_good: Buffer | null
  updated_at: Generated<Date>
}
export type RenderedRow = Selectable<RenderedTable>

export interface CustomFileTable {
  tenant_id: string
  plugin: string
  folder: 'templates' | 'tftpboot'
  name: string
  revision: Generated<number>
  content: string
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type CustomFileRow = Selectable<CustomFileTable>

export interface ProvisioningSchema {
  config: ConfigTable
  custom_file: CustomFileTable
  plugin: PluginTable
  rendered: RenderedTable
}
