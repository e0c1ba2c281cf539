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

interface RoleTable {
  id: string
  tenant_id: string
  name: string
  permission: Permission
  scopes: string[] | null
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

interface UserTable {
  id: string
  tenant_id: string
  login: string
  name: string | null
  email: string | null
  password_hash: string | null
  permission: Permission | null
  role_id: string | null
  enabled: Generated<boolean>
  external_id: string | null
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
  scopes: string[] | null
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

interface SessionTable {
  id: string
  tenant_id: string
  user_id: string
  hash: Buffer
  via: 'password' | 'openid'
  address: string | null
  agent: string | null
  created_at: Generated<Date>
  used_at: Generated<Date>
  expires_at: Date
}

interface SignInTable {
  hash: Buffer
  tenant_id: string
  user_id: string
  expires_at: Date
}

interface AuditTable {
  id: GeneratedAlways<number>
  at: Generated<Date>
  tenant_id: string
  actor: string
  actor_id: string | null
  operation: string
  method: string
  path: string
  status: number
  code: string | null
  request_id: string
  note: string | null
  address: string | null
}
export type AuditRow = Selectable<AuditTable>

interface IdempotencyTable {
  hash: Buffer
  tenant_id: string
  request_digest: Buffer
  created_at: Generated<Date>
  status: number | null
  answer: Buffer | null
}

export interface AccessSchema {
  tenant: TenantTable
  role: RoleTable
  user_account: UserTable
  token: TokenTable
  token_use: TokenUseTable
  session: SessionTable
  sign_in: SignInTable
  audit: AuditTable
  idempotency: IdempotencyTable
}
