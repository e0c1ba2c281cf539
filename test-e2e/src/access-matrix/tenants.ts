import { askRest, type House } from '@strowger/testkit'
import type { Answered, Asker } from './maker.ts'

export const roles = ['read', 'write', 'admin'] as const
export type RoleName = (typeof roles)[number]

/** A tenant and its tokens, one of each permission. */
export interface MatrixTenant {
  readonly id: string
  readonly as: Readonly<Record<RoleName, Asker>>
  /** The same askers for a tenant below it. */
  below(tenant: string, role: RoleName): Asker
}

export async function newTenant(house: House, name: string, parent?: string): Promise<MatrixTenant> {
  const { body } = await askRest<{ id: string }>(house, 'POST', '/tenants', {
    body: { name, ...(parent === undefined ? {} : { parent }) },
  })
  const tokenOf = async (permission: RoleName) => {
    const made = await askRest<{ text: string }>(house, 'POST', '/tokens', {
      tenant: body.id,
      body: { name: `${name} ${permission}`, permission },
    })
    return made.body.text
  }
  const [read, write, admin] = [await tokenOf('read'), await tokenOf('write'), await tokenOf('admin')]
  const tokens = { read, write, admin }
  const asker = (role: RoleName, tenant?: string) => createAsker(house, tokens[role], body.id, tenant)
  return {
    id: body.id,
    as: { read: asker('read'), write: asker('write'), admin: asker('admin') },
    below: (tenant, role) => asker(role, tenant),
  }
}

function createAsker(house: House, token: string, own: string, named?: string): Asker {
  async function ask(method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await fetch(house.restUrl + path, {
      method,
      headers: {
        'x-auth-token': token,
        ...(named === undefined ? {} : { 'strowger-tenant': named }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    return { status: answer.status, text: await answer.text() }
  }
  return {
    tenant: named ?? own,
    ask,
    async made(method, path, body) {
      const { status, text } = await ask(method, path, body)
      if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    },
  }
}
