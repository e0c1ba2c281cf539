import type { Bucket, ReadModel } from '@strowger/bus'
import { type Asterisk, type AsteriskCheck, Fault, type WantedCheck } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { DriftReport } from './drift.ts'
import type { KeptAsterisk } from './keep-asterisk.ts'

const shownDifferences = 100
const givenUpAfterMs = 300_000
const lookMs = 250

export function checkFrom({ at, task, compared, differences, problem }: DriftReport): AsteriskCheck {
  return {
    at,
    ...(task === undefined ? {} : { task }),
    compared,
    difference_count: differences.length,
    differences: differences.slice(0, shownDifferences).map(({ object, what }) => ({ object, what })),
    ...(problem === undefined ? {} : { problem }),
  }
}

/** Comparisons that people ask for: any replica takes the wish, the one that keeps the Asterisk fulfils it and tells. */
export function createChecks(parts: {
  kept: ReadonlyMap<string, KeptAsterisk>
  told: Pick<ReadModel<Asterisk>, 'get'>
  wanted: Pick<ReadModel<WantedCheck>, 'get' | 'subscribe'>
  bucket: Pick<Bucket<WantedCheck>, 'put'>
  clock: Clock
  log: Log
}) {
  const { kept, told, wanted, bucket, clock, log } = parts

  async function fulfil(id: string, task: string): Promise<void> {
    const asterisk = kept.get(id)
    const worker = asterisk?.worker()
    if (asterisk === undefined || worker === undefined) return
    await worker.check(task)
    await asterisk.tell()
  }

  const stop = wanted.subscribe((id, wish) => {
    if (wish === undefined) return
    fulfil(id, wish.task).catch((error: unknown) =>
      log.warn({ error, asteriskId: id }, 'objects could not be compared'),
    )
  })

  return {
    stop,
    async ask(id: string, task: string, signal: AbortSignal): Promise<AsteriskCheck> {
      await bucket.put(id, { task, at: new Date(clock.now()).toISOString() })
      const untilMs = clock.monotonicMs() + givenUpAfterMs
      while (clock.monotonicMs() < untilMs) {
        const done = told.get(id)?.last_check
        // A later wish stands for an earlier one.
        if (done?.task !== undefined && (done.task === task || done.task === laterThan(id, task))) return outcome(done)
        await clock.sleep(lookMs, signal)
      }
      throw new Fault('unavailable', { detail: `No replica keeps the Asterisk ${id} at present` })
    },
  }

  function laterThan(id: string, task: string): string | undefined {
    const latest = wanted.get(id)?.task
    return latest === task ? undefined : latest
  }
}

function outcome(check: AsteriskCheck): AsteriskCheck {
  if (check.problem !== undefined) throw new Fault('unavailable', { detail: check.problem })
  return check
}
