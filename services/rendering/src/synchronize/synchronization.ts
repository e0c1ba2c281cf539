import { type AmiClient, type NotifyTarget, notifyPhone, type PhoneNotice } from '@strowger/asterisk'
import { type Device, Fault, isPresentFile, type PluginManifest, type RawConfig, type Rendered } from '@strowger/schema'
import { sideBySide } from '@strowger/service'
import type { Fetch, FetchWatch } from './fetch-watch.ts'
import { noticeTargets, targetName } from './notice-target.ts'
import type { Pacing } from './pacing.ts'

/** What became of one phone. */
export interface Synchronized {
  readonly device: string
  readonly mac?: string
  readonly outcome: 'synchronized' | 'failed'
  /** Why it failed, or what was waited for. */
  readonly reason?: string
}

export interface SynchronizationParts {
  readonly devices: { get(id: string): Device | undefined }
  readonly rendered: { get(id: string): Rendered | undefined }
  readonly manifestOf: (device: Device) => PluginManifest | undefined
  /** Fault `render-failed` without any config. */
  readonly configOf: (device: Device) => { readonly id: string; readonly parameters: RawConfig }
  readonly pacing: Pacing
  /** How many phones may be under way at once. */
  readonly atOnce: number
  readonly timeoutMs: number
}

/** What one run works with. */
export interface SynchronizationRun {
  readonly ids: readonly string[]
  readonly ami: AmiClient
  readonly watch: FetchWatch
  readonly signal: AbortSignal
  readonly progress: (done: number) => void
  /** A process before this one began then: a phone that has come since is not called again. */
  readonly begunAt?: string | undefined
}

/**
 * Has phones fetch their files again, few at a time. A phone is synchronised when it has come after the NOTIFY and
 * taken exactly the bytes that are its configuration now. Answers what became of each, in their order.
 */
export async function synchronizePhones(
  parts: SynchronizationParts,
  { ids, ami, watch, signal, progress, begunAt }: SynchronizationRun,
): Promise<Synchronized[]> {
  const { devices, rendered, manifestOf, configOf, pacing, atOnce, timeoutMs } = parts
  const results = new Map<string, Synchronized>()

  const isCurrent = (fetch: Fetch) => isPresentFile(rendered.get(fetch.device) ?? { digests: {} }, fetch)

  /** Undefined when it has come and has everything; else why not. */
  async function failureOf(id: string): Promise<string | undefined> {
    const device = devices.get(id)
    if (device === undefined) return 'the device is gone'
    const manifest = manifestOf(device)
    if (manifest === undefined) return `its plugin is not loaded: ${device.plugin ?? 'it has none'}`
    if (manifest.synchronize === undefined) return `phones of ${manifest.id} cannot be told to fetch their files`
    const { error } = rendered.get(id) ?? {}
    if (error !== undefined) return `its files could not be rendered: ${error}`
    const targets = noticeTargets(device, configFor(device))
    if (targets.length === 0) return 'not enough information to synchronize device: neither SIP user name nor address'
    const before = await watch.lastOf(id)
    if (begunAt !== undefined && before && before.at > begunAt && isCurrent(before)) return undefined
    await pacing.turn(signal)
    const told = await firstAccepted(targets, manifest.synchronize)
    if ('refused' in told) return `no NOTIFY was accepted: ${told.refused}`
    const where = targetName(told.target)
    let last: Fetch | undefined
    const hasCome = await watch.until(
      id,
      (fetch) => {
        if (before !== undefined && fetch.at <= before.at) return false
        last = fetch
        return isCurrent(fetch)
      },
      timeoutMs,
    )
    return hasCome ? undefined : waitedFor(id, where, last)
  }

  function configFor(device: Device) {
    try {
      return configOf(device)
    } catch (error) {
      if (error instanceof Fault) return undefined
      throw error
    }
  }

  /** Asterisk does not know every endpoint that a config names; the phone may be reached at its address then. */
  async function firstAccepted(
    targets: readonly NotifyTarget[],
    notice: PhoneNotice,
  ): Promise<{ target: NotifyTarget } | { refused: string }> {
    const refusals: string[] = []
    for (const target of targets) {
      try {
        await notifyPhone(ami, target, notice)
        return { target }
      } catch (error) {
        // A name with a line break in it cannot be said to Asterisk.
        if (!(error instanceof Fault) && !(error instanceof RangeError)) throw error
        refusals.push(`${targetName(target)}: ${error.message}`)
      }
    }
    return { refused: refusals.join('; ') }
  }

  function waitedFor(id: string, where: string, last: Fetch | undefined): string {
    const seconds = Math.round(timeoutMs / 1_000)
    const expected = `revision ${rendered.get(id)?.revision ?? '?'}`
    if (last === undefined) {
      return `Asterisk sent the NOTIFY to ${where}, and the phone did not come for ${expected} within ${seconds} s`
    }
    return `the phone came at ${last.at} and took ${last.file} as of revision ${last.revision}, not ${expected}, and did not come again within ${seconds} s`
  }

  const queue = new Set(ids)
  await sideBySide(queue, atOnce, async (id) => {
    const reason = await failureOf(id)
    const mac = devices.get(id)?.mac
    results.set(id, {
      device: id,
      ...(mac === undefined ? {} : { mac }),
      outcome: reason === undefined ? 'synchronized' : 'failed',
      ...(reason === undefined ? {} : { reason: reason.slice(0, 300) }),
    })
    progress(results.size)
  })
  return [...queue].flatMap((id) => results.get(id) ?? [])
}
