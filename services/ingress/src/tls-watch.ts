import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Log } from '@strowger/service'
import { readTlsMaterial, type TlsFiles, type TlsMaterial } from './tls-material.ts'

/** Looked at anyway, since not every file system tells of changes (network mounts, volumes of containers). */
const pollMs = 30_000
/** Certificate and key are written one after the other. */
const settleMs = 100

export interface TlsWatch {
  /** Resolves when the files have been looked at once. */
  readonly ready: Promise<void>
  close(): void
}

/**
 * Reads certificate, key and roots, now and whenever they change, and hands over what is new and whole. While they are
 * missing or do not fit together, what was handed over last stays, and the reason is logged once.
 *
 * @param take may reject (a busy port); it is then called again at the next look
 */
export function watchTls(parts: {
  files: TlsFiles
  oldPhones: boolean
  take: (material: TlsMaterial) => Promise<void>
  clock: Pick<Clock, 'after' | 'every'>
  log: Pick<Log, 'info' | 'warn'>
}): TlsWatch {
  const { files, oldPhones, take, clock, log } = parts
  let taken: string | undefined
  let trouble: string | undefined
  let scheduled = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    try {
      const material = readTlsMaterial(files, oldPhones)
      if (material.digest === taken) return
      await take(material)
      taken = material.digest
      trouble = undefined
      const { subject, validTo, roots, unreadableRoots } = material
      log.info({ subject, validTo, roots }, 'the certificate for phones is in use')
      if (unreadableRoots.length > 0)
        log.warn({ files: unreadableRoots }, 'roots that are no certificates were left out')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== trouble) {
        const what =
          taken === undefined ? 'HTTPS is off until there is a certificate' : 'the certificate before it stays'
        log.warn({ reason }, what)
      }
      trouble = reason
    }
  }

  function lookAgain(): Promise<void> {
    looking = looking.then(look)
    return looking
  }

  function changed(): void {
    if (scheduled) return
    scheduled = true
    clock.after(settleMs, () => {
      scheduled = false
      void lookAgain()
    })
  }

  // Folders, not files: whoever renews a certificate puts another file in its place.
  const folders = [dirname(files.certificate), dirname(files.key), files.clientRoots]
  const watchers = [...new Set(folders)].flatMap((folder) => (folder === undefined ? [] : watcherOf(folder, changed)))
  const polling = clock.every(pollMs, lookAgain)
  return {
    ready: lookAgain(),
    close() {
      polling.cancel()
      for (const watcher of watchers) watcher.close()
    },
  }
}

/** None for a folder that is not there (yet): polling finds it. */
function watcherOf(folder: string, changed: () => void): FSWatcher[] {
  try {
    return [watch(folder, { persistent: false }, changed).on('error', () => {})]
  } catch {
    return []
  }
}
