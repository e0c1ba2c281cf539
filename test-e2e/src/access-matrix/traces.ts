import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue, tenantDeleted } from '@strowger/schema'
import { eventually, type House, type HouseRecords, openRecords } from '@strowger/testkit'
import { expect } from 'vitest'

/**
 * Nothing names an erased tenant, or anything it had: no row of any table of any schema, no message of any stream, no
 * entry of any bucket; but for what the report of the erasure says.
 */
export async function expectNoTrace(house: House, tenant: string, ids: ReadonlySet<string>): Promise<void> {
  const records = await openRecords(house)
  const find = (text: string) => [...ids].filter((id) => text.includes(id))
  try {
    await eventually(
      async () => {
        expect(await rowsThatName(records, tenant, find)).toEqual([])
        expect(await messagesThatName(records, find)).toEqual([])
      },
      { timeoutMs: 20_000, intervalMs: 1_000 },
    )
  } finally {
    await records.close()
  }
}

type Find = (text: string) => string[]

async function rowsThatName(records: HouseRecords, tenant: string, find: Find): Promise<string[]> {
  const tables = await records.sql<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name from pg_class join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  )
  expect(tables.length).toBeGreaterThan(40)
  const found: string[] = []
  for (const { name } of tables) {
    // That somebody above erased it, and what they asked of it before, belongs to their own audit.
    const others = name === 'access.audit' ? `where tenant_id = '${tenant}'` : ''
    const rows = await records.sql<{ text: string }>(`select t::text as text from ${name} t ${others}`)
    for (const { text } of rows)
      if (find(text).length > 0) found.push(`${name}: ${find(text)} in ${text.slice(0, 300)}`)
  }
  return found
}

async function messagesThatName(records: HouseRecords, find: Find): Promise<string[]> {
  const names = [
    ...catalogue.streams.map(({ name }) => name),
    ...catalogue.buckets.map(({ name }) => `KV_${name}`),
    ...catalogue.objectStores.map(({ name }) => `OBJ_${name}`),
  ]
  const found: string[] = []
  for (const name of names) {
    for (const { subject, payload } of await records.messages(name)) {
      const text = JSON.stringify(payload) ?? ''
      if (find(text).length === 0 || isTold(subject, payload)) continue
      found.push(`${name} ${subject}: ${find(text)} in ${text.slice(0, 300)}`)
    }
  }
  return found
}

/** The task of the erasure belongs to who asked for it, and services that are away have to hear that the tenant is gone. */
function isTold(subject: string, payload: unknown): boolean {
  return subject.startsWith(tenantDeleted.subject) || (payload as { kind?: string }).kind === 'gateway.erase-tenant'
}

/** Data of the servers, whose pages keep deleted rows until they are used again, and logs. */
const notOurs = new Set(['pg', 'nats', 'log', 'logs', 'bin'])

/** The files below these folders that have one of these texts in their name or in them. */
export function filesThatName(folders: readonly string[], texts: readonly string[]): string[] {
  const found: string[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !notOurs.has(entry.name)) visit(path)
      if (!entry.isFile()) continue
      const content = readFileSync(path, 'latin1')
      const named = texts.filter((text) => entry.name.includes(text) || content.includes(text))
      if (named.length > 0) found.push(`${path}: ${named.join(' ')}`)
    }
  }
  for (const folder of folders) visit(folder)
  return found
}

export async function expectNoFile(folders: readonly string[], texts: readonly string[]): Promise<void> {
  await eventually(() => expect(filesThatName(folders, texts)).toEqual([]), { timeoutMs: 10_000 })
}
