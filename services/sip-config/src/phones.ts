import type { Bus, CallContext } from '@strowger/bus'
import {
  applyDeviceLines,
  claimDevice,
  type Device,
  type DeviceLines,
  Fault,
  type SipApplied,
  type SipStep,
  synchronize,
} from '@strowger/schema'
import { type Clock, isSealed, type Log, type Tasks } from '@strowger/service'

const patienceMs = 2_000
const retryMs = 1_000
const givenUpAfterMs = 600_000
const kind = 'sip-config.follow-device'

/** Both sides of a line, phone and Asterisk, after it was changed. */
export interface Phones {
  /** Sets the tenant and makes the config of these devices; what takes longer than two seconds goes on as a task. */
  follow(changed: readonly DeviceLines[], context: CallContext): Promise<{ steps: SipStep[]; task?: string }>
  /** As `follow`, and has the phones fetch their files. */
  followAndFetch(changed: readonly DeviceLines[], context: CallContext): Promise<void>
  /** As `follow`, waited for by nobody. */
  followLater(changed: readonly DeviceLines[], context: CallContext): void
  /** As `follow`, and until Asterisk has the new objects; then has the phone fetch its files, when asked to. */
  changeBothSides(
    change: { changed: readonly DeviceLines[]; endpoint: string; device: string | undefined; synchronize: boolean },
    context: CallContext,
  ): Promise<{ steps: SipStep[]; task?: string }>
  isSecretValue(value: string): boolean
}

export function createPhones(parts: {
  bus: Bus
  devices: { get(id: string): Device | undefined }
  tasks: Tasks
  clock: Clock
  log: Log
  /** Resolves to how the endpoint’s objects stand when they are as desired, or after this time. */
  untilApplied: (endpoint: string, timeoutMs: number) => Promise<SipApplied[]>
}): Phones {
  const { bus, devices, tasks, clock, log, untilApplied } = parts

  async function followOne(lines: DeviceLines, context: CallContext): Promise<SipStep[]> {
    const steps: SipStep[] = []
    if (lines.lines.length > 0 && devices.get(lines.device)?.tenant !== lines.tenant) {
      await bus.request(claimDevice, { id: lines.device }, { ...context, tenant: lines.tenant })
      steps.push({ step: 'tenant', state: 'done' })
    }
    const { error, revision } = await bus.request(applyDeviceLines, lines, { ...context, tenant: lines.tenant })
    const detail = error ?? (revision === undefined ? 'no plugin knows the device yet' : `revision ${revision}`)
    steps.push({ step: 'config', state: error === undefined ? 'done' : 'failed', detail })
    return steps
  }

  /** Again and again while others are away: the event of the change asks for the same. */
  async function followPatiently(lines: DeviceLines, context: CallContext, signal: AbortSignal): Promise<SipStep[]> {
    const until = clock.now() + givenUpAfterMs
    for (;;) {
      try {
        return await followOne(lines, context)
      } catch (error) {
        const isAway = error instanceof Fault && (error.code === 'unavailable' || error.code === 'deadline-exceeded')
        if (!isAway || clock.now() > until || signal.aborted) throw error
        await clock.sleep(retryMs, signal)
      }
    }
  }

  /** Has the phone fetch its files: what comes of it is a task of its own. */
  async function askToFetch(device: string, context: CallContext): Promise<SipStep & { task?: string }> {
    try {
      const { id } = await bus.request(synchronize, { selection: { devices: [device] } }, context)
      return { step: 'synchronize', state: 'waiting', detail: `task ${id}`, task: id }
    } catch (error) {
      return { step: 'synchronize', state: 'failed', detail: reasonOf(error) }
    }
  }

  interface Followed {
    readonly lines: DeviceLines
    readonly context: CallContext
    /** The phone is to fetch its files afterwards. */
    readonly fetches?: boolean
  }

  async function goOn({ lines, context, fetches = false }: Followed, signal: AbortSignal) {
    const steps = await followPatiently(lines, context, signal)
    if (!fetches) return { steps }
    const { task: _task, ...asked } = await askToFetch(lines.device, { ...context, tenant: lines.tenant })
    return { steps: [...steps, asked] }
  }

  tasks.resume(kind, ({ signal }, input) => goOn(input as Followed, signal))

  async function follow(changed: readonly DeviceLines[], context: CallContext, fetches = false) {
    const steps: SipStep[] = [{ step: 'stored', state: 'done' }]
    let task: string | undefined
    for (const lines of changed) {
      const outcome = await Promise.race([
        followOne(lines, context).then(
          (done) => ({ done }),
          (error: unknown) => ({ error }),
        ),
        clock.sleep(patienceMs).then(() => ({ error: new Fault('deadline-exceeded') })),
      ])
      if ('done' in outcome) {
        steps.push(...outcome.done)
        continue
      }
      log.warn(
        { device: lines.device, error: outcome.error },
        'a device could not follow its lines at once; a task goes on',
      )
      const followed: Followed = { lines, context, fetches }
      const started = await tasks.start(
        { kind, tenant: lines.tenant, actor: context.actor, input: followed },
        ({ signal }) => goOn(followed, signal),
      )
      task = started.id
      steps.push({ step: 'config', state: 'waiting', detail: reasonOf(outcome.error) })
      if (fetches) steps.push({ step: 'synchronize', state: 'waiting', detail: 'when its file is made' })
    }
    return { steps, ...(task === undefined ? {} : { task }) }
  }

  return {
    follow: (changed, context) => follow(changed, context),
    async followAndFetch(changed, context) {
      const { task } = await follow(changed, context, true)
      if (task !== undefined) return
      for (const { device, tenant } of changed) {
        const { state, detail } = await askToFetch(device, { ...context, tenant })
        if (state === 'failed') log.warn({ device, reason: detail }, 'a phone could not be told to fetch its files')
      }
    },
    followLater(changed, context) {
      follow(changed, context).catch((error: unknown) => log.warn({ error }, 'devices follow their lines by the event'))
    },
    async changeBothSides({ changed, endpoint, device, synchronize: wanted }, context) {
      const [phone, applied] = await Promise.all([follow(changed, context, wanted), untilApplied(endpoint, patienceMs)])
      const steps = [...phone.steps, ...asteriskSteps(applied)]
      let { task } = phone
      if (wanted && device !== undefined && task === undefined) {
        const { task: started, ...asked } = await askToFetch(device, context)
        task = started
        steps.push(asked)
      } else if (wanted && device === undefined)
        steps.push({ step: 'synchronize', state: 'failed', detail: 'the line is on no device' })
      return { steps, ...(task === undefined ? {} : { task }) }
    },
    isSecretValue: isSealed,
  }
}

function asteriskSteps(applied: readonly SipApplied[]): SipStep[] {
  if (applied.length === 0)
    return [{ step: 'asterisk', state: 'waiting', detail: 'no Asterisk is connected; it gets the change when one is' }]
  return applied.map(({ asterisk_id: id, state, reason }) => ({
    step: 'asterisk',
    state: state === 'applied' ? 'done' : state,
    detail: reason === undefined ? id : `${id}: ${reason}`,
  }))
}

function reasonOf(error: unknown): string {
  return error instanceof Fault ? error.message : 'something went wrong inside'
}
