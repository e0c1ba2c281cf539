import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cloneRoot } from './services.ts'

/** Where everything lies that a run leaves behind: `.strowger/` in the clone, or what STROWGER_HOME names. */
export interface Home {
  readonly folder: string
  readonly postgres: string
  readonly nats: string
  /** Servers fetched by us. */
  readonly bin: string
  readonly log: string
  readonly secrets: string
  /** Process ids and ports of what runs now. */
  readonly run: string
  /** A folder of a service's own. */
  state(service: string): string
}

/** Makes the folders that are missing; nobody else may enter. */
export function openHome(folder: string = join(cloneRoot, '.strowger')): Home {
  const inside = (name: string) => {
    const path = join(resolve(folder), name)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return path
  }
  return {
    folder: inside('.'),
    postgres: inside('pg'),
    nats: inside('nats'),
    bin: inside('bin'),
    log: inside('log'),
    secrets: inside('secrets'),
    run: inside('run'),
    state: inside,
  }
}
