import { type Bus, isEvent } from '@strowger/bus'
import { deviceCreated, deviceDeleted, deviceUpdated, type TaskDocument, tasksBucket } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import { tenantOfTask, withoutInput } from '../handlers/tasks.ts'
import { createRecentNews, type News, type NewsSource } from './news.ts'

const recentDevices = { count: 5_000, bytes: 8_388_608 }
/** Of what was published before we started, for who comes back after a restart of ours. */
const caughtUpFrom = 1_000
const retryMs = 1_000

/**
 * Tasks, each as it is now: who was away is told of every task that was written meanwhile, once, however long that was.
 */
export function followTasks(bus: Bus): NewsSource {
  const latest = new Map<string, News>()
  const listeners = new Set<(news: News) => void>()
  let position = 0

  const watcher = bus.bucket(tasksBucket).watch(({ key, value, revision }) => {
    position = Math.max(position, revision)
    if (value === undefined) {
      latest.delete(key)
      return
    }
    const news = newsOfTask(value, revision)
    // Moved to the end: the map stays in the order of revisions.
    latest.delete(key)
    latest.set(key, news)
    for (const listener of listeners) listener(news)
  })

  return {
    position: () => position,
    since: (sequence) => ({
      news: [...latest.values()].filter((news) => news.sequence > sequence),
      lost: sequence > position,
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => watcher.close(),
  }
}

function newsOfTask(task: TaskDocument, sequence: number): News {
  return { sequence, tenant: tenantOfTask(task), type: 'task', data: JSON.stringify(withoutInput(task)) }
}

/** Devices that appear, change and go; the last 5,000 such events are held. */
export async function followDevices(parts: { bus: Bus; clock: Pick<Clock, 'sleep'>; log: Log }): Promise<NewsSource> {
  const { bus, clock, log } = parts
  const recent = createRecentNews(recentDevices)
  const stopping = new AbortController()
  let reader: { close(): Promise<void> } | undefined

  async function begin(): Promise<void> {
    const last = await bus.events.lastSequence(deviceCreated)
    const fromSequence = Math.max(1, last - caughtUpFrom)
    recent.startAfter(fromSequence - 1)
    reader = bus.events.follow([deviceCreated, deviceUpdated, deviceDeleted], { fromSequence }, (message) => {
      const type = isEvent(message, deviceCreated)
        ? 'device.created'
        : isEvent(message, deviceUpdated)
          ? 'device.updated'
          : 'device.deleted'
      const { sequence, tenant, payload } = message
      recent.add({ sequence, tenant, type, data: JSON.stringify(payload.device) })
    })
  }

  async function untilBegun(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await begin()
        return
      } catch (error) {
        log.warn({ error }, 'the events of devices cannot be followed yet')
        await clock.sleep(retryMs, stopping.signal).catch(() => {})
      }
    }
  }
  const begun = untilBegun()

  return {
    ...recent,
    async close() {
      stopping.abort()
      await begun
      await reader?.close()
    },
  }
}
