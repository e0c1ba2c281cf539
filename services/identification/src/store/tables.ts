import type { Generated, Selectable } from '@strowger/database'

export interface DeviceTable {
  id: string
  tenant_id: string
  revision: Generated<number>
  mac: string | null
  ip: string | null
  sn: string | null
  uuid: string | null
  vendor: string | null
  model: string | null
  version: string | null
  plugin: string | null
  config: string | null
  description: string | null
  options: Record<string, unknown> | null
  added: 'auto' | 'api'
  key_number: Generated<number>
  first_boot_address: string | null
  first_boot_until: Date | string | null
  consent_at: Generated<Date | string>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type DeviceRow = Selectable<DeviceTable>

export interface FetchTable {
  device_id: string
  tenant_id: string
  revision: number
  digest: string | null
  file: string
  transport: 'http' | 'tftp'
  address: string
  at: Date
}

export interface PolicyTable {
  tenant_id: string
  revision: Generated<number>
  nat: boolean
  address_change: 'allow' | 'refuse'
  keys: Generated<'off' | 'offered' | 'required'>
  basic_auth: Generated<'off' | 'offered' | 'required'>
  client_certificate: Generated<'off' | 'required'>
  allow: Generated<string[]>
  consent_hours: number | null
  consent_from: Date | string | null
  key_number: Generated<number>
  previous_key_until: Date | string | null
  updated_at: Generated<Date>
}

export interface FloodLimitsTable {
  tenant_id: string
  revision: Generated<number>
  limits: Record<string, unknown>
  updated_at: Generated<Date>
}

export interface UploadTable {
  id: string
  device_id: string
  tenant_id: string
  file: string
  content_type: string | null
  address: string
  size: number
  content: Buffer
  at: Generated<Date>
}

export interface UnprovenDeviceTable {
  device_id: string
  tenant_id: string
  created_at: Generated<Date>
}

export interface ProvisioningSecretTable {
  tenant_id: string
  revision: Generated<number>
  secret: string
}

export interface DevicesSchema {
  flood_limits: FloodLimitsTable
  sighting: { device_id: string; tenant_id: string; at: Date }
  upload_keeping: { device_id: string; tenant_id: string; until: Date }
  upload: UploadTable
  device: DeviceTable
  fetch: FetchTable
  policy: PolicyTable
  provisioning_secret: ProvisioningSecretTable
  unproven_device: UnprovenDeviceTable
}
