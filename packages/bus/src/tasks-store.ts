import { type BucketDefinition, Fault, type TaskDocument } from '@strowger/schema'
import type { TaskStore } from '@strowger/service'
import type { Bus } from './bus.ts'

const maxAttempts = 20

/** Tasks in their bucket, by id. */
export function tasksStore(bus: Bus, definition: BucketDefinition<TaskDocument>): TaskStore {
  const bucket = bus.bucket(definition)
  return {
    async create(task) {
      await bucket.create(task.id, task)
    },
    get: async (id) => (await bucket.get(id))?.value,
    list: async () => (await bucket.entries()).map(({ value }) => value),
    async update(id, change) {
      for (let attempt = 1; ; attempt++) {
        const found = await bucket.get(id)
        if (!found) return undefined
        const changed = change(found.value)
        if (changed === undefined) return found.value
        try {
          await bucket.update(id, changed, found.revision)
          return changed
        } catch (error) {
          const isRace = error instanceof Fault && error.code === 'stale-revision'
          if (!isRace || attempt >= maxAttempts) throw error
        }
      }
    },
    async watch(onChange) {
      let isCaughtUp = false
      const watcher = bucket.watch(
        ({ value }) => {
          if (isCaughtUp && value !== undefined) onChange(value)
        },
        {
          onCaughtUp() {
            isCaughtUp = true
          },
        },
      )
      return { stop: () => watcher.close() }
    },
  }
}
