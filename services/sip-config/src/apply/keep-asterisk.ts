import type { Bucket } from '@strowger/bus'
import { type Asterisk, Fault } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'
import type { AsteriskWorker } from './asterisk-worker.ts'

/** One Asterisk, which this replica keeps, or another. */
export interface KeptAsterisk {
  /** Undefined while another replica keeps it. */
  worker(): AsteriskWorker | undefined
  /** Says how it stands, now. */
  tell(): Promise<void>
  /** Lets another replica have it at once. */
  close(): Promise<void>
}

const renewMs = 1_500
/** A lease that was not renewed for so long, by the clock of who looks, is over. */
const overAfterMs = 6_000

/**
 * Of several replicas one keeps an Asterisk: the one that holds the lease in the bucket, which it renews by writing how
 * the Asterisk stands. While NATS is away nobody can take it, so who has it goes on. A replica that NATS has lost alone
 * notices by the mark of a worker in Asterisk that another one is at work there.
 */
export function keepAsterisk(parts: {
  readonly id: string
  /** This replica. */
  readonly me: string
  readonly bucket: Pick<Bucket<Asterisk>, 'get' | 'create' | 'update'>
  readonly start: () => AsteriskWorker
  readonly describe: (worker: AsteriskWorker | undefined) => Omit<Asterisk, 'keeper' | 'at'>
  readonly clock: Clock
  readonly log: Log
}): KeptAsterisk {
  const { id, me, bucket, start, describe, clock, log } = parts
  let worker: AsteriskWorker | undefined
  let seen = { revision: -1, atMs: 0 }
  let isClosed = false
  let underWay: Promise<void> = Promise.resolve()

  const document = (keeper: string): Asterisk => ({
    ...describe(worker),
    keeper,
    at: new Date(clock.now()).toISOString(),
  })

  /** Writes the lease if it is ours to write; answers whether it was. */
  async function write(keeper: string): Promise<boolean> {
    const entry = await bucket.get(id)
    if (entry === undefined) {
      await bucket.create(id, document(keeper))
      return true
    }
    if (entry.revision !== seen.revision) seen = { revision: entry.revision, atMs: clock.monotonicMs() }
    const isOver = clock.monotonicMs() - seen.atMs > overAfterMs
    if (entry.value.keeper !== me && entry.value.keeper !== '' && !isOver) return false
    await bucket.update(id, document(keeper), entry.revision)
    return true
  }

  async function renew(): Promise<void> {
    if (isClosed) return
    try {
      const isMine = await write(me)
      if (isClosed) return
      if (isMine && worker === undefined) {
        log.info({ asteriskId: id }, 'this replica keeps the Asterisk')
        worker = start()
      }
      if (!isMine && worker !== undefined) {
        log.info({ asteriskId: id }, 'another replica keeps the Asterisk')
        stop()
      }
    } catch (error) {
      // Somebody else was faster, or NATS is away: the next look tells.
      if (!(error instanceof Fault)) log.error({ error, asteriskId: id }, 'the lease of an Asterisk cannot be written')
    }
  }

  function stop(): void {
    worker?.close()
    worker = undefined
  }

  const next = () => {
    underWay = underWay.then(renew)
    return underWay
  }
  const renewals = clock.every(renewMs, next)
  void next()

  return {
    worker: () => worker,
    tell: next,
    async close() {
      isClosed = true
      renewals.cancel()
      await underWay
      const held = worker
      stop()
      if (held) await write('').catch(() => false)
    },
  }
}
