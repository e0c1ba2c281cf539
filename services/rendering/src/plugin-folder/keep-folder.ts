import type { Bus, ReadModel, Responder } from '@strowger/bus'
import { type Database, personFrom, sql } from '@strowger/database'
import { type CustomFile, type Device, type FolderNote, rootTenantId, syncPluginFolder } from '@strowger/schema'
import { type Clock, createTurns, type HealthState, type Log } from '@strowger/service'
import type { ProvisioningSchema } from '../store/tables.ts'
import type { PluginFolder } from './plugin-folder.ts'

const retryMs = 1_000
const holdMs = 5_000
const settleMs = 50
const forgetAfterMs = 1_000

/**
 * Keeps the folder of plugins in one replica at a time, the one that holds an advisory lock: it alone writes the folder
 * when something changes, and answers who asks for it to be read.
 */
export function keepPluginFolder(parts: {
  bus: Bus
  folder: PluginFolder
  files: Pick<ReadModel<CustomFile>, 'subscribe'>
  devices: Pick<ReadModel<Device>, 'subscribe'>
  database: Database<ProvisioningSchema>
  clock: Pick<Clock, 'sleep' | 'after'>
  log: Log
}): { health(): HealthState; stop(): Promise<void> } {
  const { bus, folder, files, devices, database, clock, log } = parts
  const stopping = new AbortController()
  let problem: string | undefined
  /** One thing at a time: the folder has one state. */
  const inTurn = createTurns()

  async function change(work: () => void): Promise<void> {
    try {
      await inTurn(async () => work())
      problem = undefined
    } catch (error) {
      problem = `the folder of plugins cannot be written: ${(error as Error).message}`
      log.warn({ error }, 'the folder of plugins cannot be written')
    }
  }

  /** Soon after it is first asked for, and once for all that comes until then. */
  function soon(afterMs: number, work: () => void): { ask(): void; cancel(): void } {
    let timer: { cancel(): void } | undefined
    return {
      ask() {
        timer ??= clock.after(afterMs, () => {
          timer = undefined
          void change(work)
        })
      },
      cancel: () => timer?.cancel(),
    }
  }

  function answer(): Responder {
    return bus.reply(
      syncPluginFolder,
      ({ read = false, devices = [] }, { context }) =>
        inTurn(async () => {
          const notes: FolderNote[] = read
            ? await folder.read({
                ...personFrom(context),
                tenantId: rootTenantId,
                note: 'edited in the folder of plugins',
              })
            : []
          const { written, notes: more } = folder.writeDevices(devices)
          return { notes: [...notes, ...more], written }
        }),
      { concurrency: 1 },
    )
  }

  /** While this replica holds the lock. Rejects when it is lost. */
  async function keep(isHeld: () => Promise<void>): Promise<void> {
    await change(() => {
      folder.write()
      folder.forgetDevices()
    })
    const changed = new Set<string>()
    const writing = soon(settleMs, () => {
      folder.write(changed)
      changed.clear()
    })
    const unsubscribeFiles = files.subscribe((_key, file, before) => {
      for (const one of [file, before]) if (one !== undefined) changed.add(one.plugin)
      writing.ask()
    })
    // Looking through all devices is dear, and thousands may change their plugin one after the other.
    const forgetting = soon(forgetAfterMs, () => folder.forgetDevices())
    const unsubscribeDevices = devices.subscribe((_id, device, before) => {
      if (before?.plugin !== undefined && before.plugin !== device?.plugin) forgetting.ask()
    })
    const responder = answer()
    log.info({}, 'this replica keeps the folder of plugins')
    try {
      for (;;) {
        await clock.sleep(holdMs, stopping.signal)
        await isHeld()
      }
    } finally {
      unsubscribeFiles()
      unsubscribeDevices()
      writing.cancel()
      forgetting.cancel()
      await responder.close()
      // What was begun is ended before another replica keeps it.
      await inTurn(async () => {})
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await database.db.connection().execute(async (session) => {
          const { rows } = await sql<{ locked: boolean }>`
            select pg_try_advisory_lock(hashtextextended('strowger plugin folder', 0)) as locked`.execute(session)
          if (rows[0]?.locked !== true) return
          try {
            await keep(async () => {
              await sql`select 1`.execute(session)
            })
          } finally {
            await sql`select pg_advisory_unlock(hashtextextended('strowger plugin folder', 0))`
              .execute(session)
              .catch(() => {})
          }
        })
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ error }, 'the folder of plugins is not kept; tried again')
      }
      await clock.sleep(retryMs, stopping.signal).catch(() => {})
    }
  }

  const running = run()
  return {
    health: () => (problem === undefined ? { ok: true } : { ok: true, reason: problem }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}
