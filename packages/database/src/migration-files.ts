import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault } from '@strowger/schema'

export interface Migration {
  /** As recorded: `house/0001_tenants`, `0001_devices`. */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string
  /** Its first line is `-- breaking`: versions from before it do not run with what it makes. */
  readonly breaking: boolean
}

const besideThis = fileURLToPath(new URL('../house/', import.meta.url))

/** The tables and functions that every schema has. `folder`: for a program that was put into one file elsewhere. */
export async function houseMigrations(folder = besideThis): Promise<Migration[]> {
  return readMigrations(folder, 'house/')
}

/**
 * The `0001_what.sql` files of a folder in order; none when there is no such folder.
 * @throws Fault `invalid-input` for a file with another name, or a number used twice.
 */
export async function readMigrations(folder: string, prefix = ''): Promise<Migration[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const migrations: Migration[] = []
  const numbers = new Set<string>()
  for (const file of files.sort()) {
    const [, name, number] = /^((\d{4})_[a-z0-9_-]+)\.sql$/.exec(file) ?? []
    if (name === undefined || number === undefined || numbers.has(number)) {
      throw new Fault('invalid-input', {
        detail: `${join(folder, file)}: a migration is named 0001_what.sql, each number once`,
      })
    }
    numbers.add(number)
    const sql = await readFile(join(folder, file), 'utf8')
    const checksum = createHash('sha256').update(sql).digest('hex')
    migrations.push({ name: prefix + name, sql, checksum, breaking: /^-- breaking\b/.test(sql) })
  }
  return migrations
}
