import { type Actor, Fault, type TaskDocument } from '@strowger/schema'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import { newId } from './random.ts'

/** Where task documents lie; `tasksStore` of the bus keeps them in the bucket TASKS. */
export interface TaskStore {
  create(task: TaskDocument): Promise<void>
  get(id: string): Promise<TaskDocument | undefined>
  list(): Promise<TaskDocument[]>
  /**
   * Replaces a task by what `change` makes of it, again if somebody else wrote meanwhile. `change` answers undefined
   * to leave it. Resolves to the task as it then is, undefined when there is none.
   */
  update(id: string, change: (task: TaskDocument) => TaskDocument | undefined): Promise<TaskDocument | undefined>
  /** Calls `onChange` for every task written from now on, until it is stopped. */
  watch(onChange: (task: TaskDocument) => void): Promise<{ stop(): void | Promise<void> }>
}

/** What the work of a task is given. */
export interface RunningTask {
  readonly id: string
  /** Aborted when somebody asks for the cancellation of the task, or the service stops. */
  readonly signal: AbortSignal
  /** Tells how far it is; may be called as often as one likes. */
  progress(current: number, total: number, unit?: string): void
}

/** The work; what it resolves to becomes the task's result. */
export type TaskWork = (task: RunningTask) => Promise<unknown>

export interface Tasks {
  /** Begins long work and resolves to the task as soon as it is kept. Fault `unavailable` when it cannot be. */
  start(
    parts: { kind: string; tenant?: string | undefined; actor: Actor; input?: unknown },
    work: TaskWork,
  ): Promise<TaskDocument>
  /** Asks whoever runs it to stop. Fault `not-found`, or `conflict` when it has ended. */
  cancel(id: string): Promise<TaskDocument>
  /** Tasks of this kind are begun again, with their input, when the process that ran them has died. */
  resume(kind: string, work: (task: RunningTask, input: unknown) => Promise<unknown>): void
  /** Ends or resumes what a process of this owner left behind; then looks again and again. Call it once, at start. */
  recover(): Promise<void>
  /** Stops what runs; it becomes failed with the reason "interrupted". */
  close(): Promise<void>
}

const progressIntervalMs = 500
const heartbeatIntervalMs = 3_000
/** A task nobody has written for so long has lost its process. */
const abandonedAfterMs = 10_000

interface Running {
  abort: AbortController
  progress: TaskDocument['progress']
  progressWritten: TaskDocument['progress']
  ended: Promise<void>
}

const hasEnded = (task: TaskDocument) => task.state !== 'waiting' && task.state !== 'running'

/** Long work of one service: kept, watched, cancellable, and cleaned up after a death. */
export function createTasks(options: { store: TaskStore; clock: Clock; log: Log; owner: string }): Tasks {
  const { store, clock, log, owner } = options
  const running = new Map<string, Running>()
  const resumable = new Map<string, (task: RunningTask, input: unknown) => Promise<unknown>>()
  const timers: { cancel(): void }[] = []
  let watching: Promise<{ stop(): void | Promise<void> }> | undefined
  let beating = false
  let closing = false
  const instant = () => new Date(clock.now()).toISOString()

  async function write(id: string, fields: Partial<TaskDocument>): Promise<void> {
    await store.update(id, (task) => (hasEnded(task) ? undefined : { ...task, ...fields, updatedAt: instant() }))
  }

  function watchCancellations(): void {
    watching ??= store.watch((task) => {
      if (task.cancelRequested) running.get(task.id)?.abort.abort(new Fault('conflict', { detail: 'cancelled' }))
    })
  }

  async function writeProgress(): Promise<void> {
    for (const [id, entry] of running) {
      if (entry.progress && entry.progress !== entry.progressWritten) {
        entry.progressWritten = entry.progress
        await write(id, { progress: entry.progress })
      }
    }
  }

  async function beat(): Promise<void> {
    for (const [id, entry] of running) await write(id, entry.progress ? { progress: entry.progress } : {})
  }

  /** A store that is away must not end the work; it is written again at the next occasion. */
  function quietly(what: () => Promise<void>): () => Promise<void> {
    return () => what().catch((error: unknown) => log.warn({ error }, 'tasks could not be written'))
  }

  async function settle(id: string, work: TaskWork, entry: Running): Promise<void> {
    const { signal } = entry.abort
    let ending: Partial<TaskDocument>
    try {
      const result = await work({
        id,
        signal,
        progress(current, total, unit = 'steps') {
          entry.progress = { current, total, unit }
        },
      })
      ending = { state: 'done', ...(result === undefined ? {} : { result }) }
    } catch (error) {
      if (closing) ending = { state: 'failed', reason: 'interrupted' }
      else if (signal.aborted) ending = { state: 'cancelled', reason: 'cancelled on request' }
      else {
        log.error({ error, task: id }, 'a task failed')
        ending = { state: 'failed', reason: reasonOf(error) }
      }
    }
    if (entry.progress) ending.progress = entry.progress
    // Kept until it is written: a task that has ended must not look as if it ran on.
    while (!(await written(id, ending)) && !closing) await clock.sleep(1_000)
    running.delete(id)
  }

  async function written(id: string, ending: Partial<TaskDocument>): Promise<boolean> {
    try {
      // What it was begun with is of no use any more, and names what may be gone by tomorrow.
      await store.update(id, (found) => {
        if (hasEnded(found)) return undefined
        const { input: _input, ...task } = found
        return { ...task, ...ending, updatedAt: instant() }
      })
      return true
    } catch (error) {
      log.warn({ error, task: id }, 'the end of a task could not be written')
      return false
    }
  }

  function run(id: string, work: TaskWork): void {
    watchCancellations()
    if (!beating) {
      beating = true
      timers.push(clock.every(progressIntervalMs, quietly(writeProgress)))
      timers.push(clock.every(heartbeatIntervalMs, quietly(beat)))
    }
    const entry: Running = {
      abort: new AbortController(),
      progress: undefined,
      progressWritten: undefined,
      ended: Promise.resolve(),
    }
    running.set(id, entry)
    entry.ended = settle(id, work, entry)
  }

  /** Takes over or ends tasks of this owner whose process has died. */
  async function sweep(): Promise<void> {
    const oldest = clock.now() - abandonedAfterMs
    const isAbandoned = (task: TaskDocument) =>
      task.owner === owner && !hasEnded(task) && !running.has(task.id) && Date.parse(task.updatedAt) < oldest
    for (const found of (await store.list()).filter(isAbandoned)) {
      const resume = resumable.get(found.kind)
      let mine = false
      // Two replicas may both find it: the one whose write comes first has it.
      await store.update(found.id, (task) => {
        mine = isAbandoned(task)
        if (!mine) return undefined
        const updatedAt = instant()
        return resume
          ? { ...task, state: 'running', updatedAt }
          : { ...task, state: 'failed', reason: 'interrupted', updatedAt }
      })
      if (!mine) continue
      log.warn({ task: found.id, kind: found.kind, resumed: resume !== undefined }, 'a task had lost its process')
      if (resume) run(found.id, (task) => resume(task, found.input))
    }
  }

  return {
    async start({ kind, tenant, actor, input }, work) {
      const task: TaskDocument = {
        id: newId(),
        kind,
        owner,
        actor,
        ...(tenant === undefined ? {} : { tenant }),
        ...(input === undefined ? {} : { input }),
        state: 'running',
        startedAt: instant(),
        updatedAt: instant(),
        cancelRequested: false,
      }
      await store.create(task)
      run(task.id, work)
      return task
    },
    async cancel(id) {
      let ended = false
      const task = await store.update(id, (current) => {
        ended = hasEnded(current)
        return ended ? undefined : { ...current, cancelRequested: true }
      })
      if (!task) throw new Fault('not-found')
      if (ended) throw new Fault('conflict', { detail: `the task has ended: ${task.state}` })
      return task
    },
    resume(kind, work) {
      resumable.set(kind, work)
    },
    async recover() {
      await sweep()
      timers.push(clock.every(abandonedAfterMs, quietly(sweep)))
    },
    async close() {
      closing = true
      for (const timer of timers) timer.cancel()
      for (const { abort } of running.values()) abort.abort(new Fault('unavailable', { detail: 'the service stops' }))
      await Promise.all([...running.values()].map(({ ended }) => ended))
      await (await watching)?.stop()
    },
  }
}

/** What a person may read of an error. */
function reasonOf(error: unknown): string {
  if (error instanceof Fault) return error.message.slice(0, 1024)
  return 'Something went wrong inside; the log of the service says what'
}
