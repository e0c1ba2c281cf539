import type { Generated, GeneratedAlways, Selectable } from '@strowger/database'
import type { Permission } from '@strowger/schema'

interface TenantTable {
  id: string
  tenant_id: GeneratedAlways<string>
  parent: string | null
  name: string
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type TenantRow = Selectable<TenantTable>

interface UserTable {
  id: string
  tenant_id: string
  login: string
  password_hash: string
  permission: Permission
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

interface TokenTable {
  id: string
  tenant_id: string
  user_id: string | null
  name: string
  permission: Permission
  hash: Buffer
  created_at: Generated<Date>
  expires_at: Date | null
}
export type TokenRow = Selectable<TokenTable>

interface TokenUseTable {
  token_id: string
  tenant_id: string
  used_at: Date
}

export interface AccessSchema {
  tenant: TenantTable
  user_account: UserTable
  token: TokenTable
  token_use: TokenUseTable
}
