import type { Log } from './log.ts'

type Release<T> = (value: T) => void | Promise<void>

/** What a service has created so far, with how to release each; released in reverse, once. */
export interface Scope {
  /** Creates something and remembers its release. Rejects with the creation's error. */
  use<T>(name: string, create: () => T | Promise<T>, release: Release<T>): Promise<T>
  /** Remembers a release for something that exists already. */
  defer(release: () => void | Promise<void>, name?: string): void
  /** Releases everything, last first. A release that fails is logged, and the others still run. */
  close(): Promise<void>
}

export function createScope(log: Log): Scope {
  const releases: { name: string; release: () => void | Promise<void> }[] = []
  let closing: Promise<void> | undefined

  async function closeAll(): Promise<void> {
    for (let last = releases.pop(); last; last = releases.pop()) {
      try {
        await last.release()
      } catch (error) {
        log.error({ error, resource: last.name }, 'could not be released')
      }
    }
  }

  return {
    async use(name, create, release) {
      const value = await create()
      // Created while the scope was being closed (a signal during start-up): nobody else would release it.
      if (closing) {
        await release(value)
        throw new Error(`${name} was created after the scope had been closed`)
      }
      releases.push({ name, release: () => release(value) })
      return value
    },
    defer(release, name = 'deferred') {
      releases.push({ name, release })
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}
