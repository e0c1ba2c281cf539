import type { Database } from '@strowger/database'
import { type Device, Fault, type Rendered } from '@strowger/schema'
import { createBatches, type Log, type Seal } from '@strowger/service'
import { sealedFiles } from './good-files.ts'
import type { PhonesFirst } from './phones-first.ts'
import type { Renderer } from './renderer.ts'
import { type RenderingResult, removeRendered, storeRendered } from './store/rendered.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** Brings what is recorded of devices' files up to date. */
export interface Rerendering {
  /** Renders a device again and records what differs; resolves when it is stored. `patient`: phones that ask go first. */
  device(id: string, options?: { force?: boolean; patient?: boolean }): Promise<'changed' | 'same' | 'gone'>
  readonly waiting: number
  drain(): Promise<void>
}

/** Devices rendered between two looks at the event loop: phones’ requests go in between. */
const maxBatch = 64

export function createRerendering(parts: {
  database: Database<ProvisioningSchema>
  renderer: Renderer
  devices: { get(id: string): Device | undefined }
  rendered: { get(id: string): Rendered | undefined; applyLocal(id: string, value: Rendered | undefined): void }
  seal: Seal
  log: Log
  phonesFirst: Pick<PhonesFirst, 'quiet'>
}): Rerendering {
  const { database, renderer, devices, rendered, seal, log, phonesFirst } = parts

  const batches = createBatches<{ id: string; force: boolean; patient: boolean }, 'changed' | 'same' | 'gone'>({
    maxBatch,
    maxWaiting: Number.POSITIVE_INFINITY,
    tooMany: () => new Fault('too-many-requests'),
    async perform(asked) {
      if (asked.every(({ patient }) => patient)) await phonesFirst.quiet()
      const results = new Map<string, RenderingResult>()
      const gone = new Map<string, string>()
      for (const { id, force } of asked) {
        const device = devices.get(id)
        const recorded = rendered.get(id)
        if (device === undefined) {
          if (recorded) gone.set(id, recorded.tenant)
          continue
        }
        const result = resultOf(device, recorded, force)
        if (result) results.set(id, result)
      }
      if (gone.size > 0) {
        await removeRendered(database, [...new Set(gone.values())], [...gone.keys()])
        for (const id of gone.keys()) rendered.applyLocal(id, undefined)
      }
      if (results.size > 0) {
        for (const [id, document] of await storeRendered(database, [...results.values()]))
          rendered.applyLocal(id, document)
      }
      return asked.map(({ id }) => (devices.get(id) === undefined ? 'gone' : results.has(id) ? 'changed' : 'same'))
    },
  })

  /** What is to be stored; undefined when nothing differs from what is recorded. */
  function resultOf(device: Device, recorded: Rendered | undefined, force: boolean): RenderingResult | undefined {
    const { config, files, digests, error, access } = renderer.device(device)
    if (error !== undefined && error !== recorded?.error) {
      log.warn(
        { device: device.id, plugin: device.plugin, reason: error },
        'the files of a device could not be rendered',
      )
    }
    const kept = error === undefined ? digests : (recorded?.digests ?? {})
    if (!force && recorded && isSame(recorded, { device, config, digests: kept, error, access })) return undefined
    return {
      device: device.id,
      tenant: device.tenant,
      previousTenant: recorded?.tenant,
      config,
      plugin: device.plugin,
      digests: kept,
      error,
      access,
      lastGood: files.size > 0 ? sealedFiles(files, device.id, seal) : undefined,
    }
  }

  return {
    device: (id, { force = false, patient = false } = {}) => batches.add({ id, force, patient }),
    get waiting() {
      return batches.waiting
    },
    drain: () => batches.drain(),
  }
}

function isSame(
  recorded: Rendered,
  now: {
    device: Device
    config: string
    digests: Readonly<Record<string, string>>
    error: string | undefined
    access: string
  },
): boolean {
  if (recorded.tenant !== now.device.tenant || recorded.config !== now.config || recorded.error !== now.error)
    return false
  if (recorded.plugin !== now.device.plugin || (recorded.access ?? '') !== now.access) return false
  const names = Object.keys(now.digests)
  return (
    names.length === Object.keys(recorded.digests).length &&
    names.every((name) => recorded.digests[name] === now.digests[name])
  )
}
