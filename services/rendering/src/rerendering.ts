import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Database } from '@strowger/database'
import { compactRendered, type Device, Fault, type Rendered } from '@strowger/schema'
import { type Clock, createBatches, type Log, type Seal } from '@strowger/service'
import { sealedFiles } from './good-files.ts'
import type { PhonesFirst } from './phones-first.ts'
import type { DeviceInputs, Renderer } from './renderer.ts'
import { type RenderingResult, removeRendered, storeRendered } from './store/rendered.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** Brings what is recorded of devices' files up to date. */
export interface Rerendering {
  /** Renders a device again and records what differs; resolves when it is stored. `patient`: phones that ask go first. */
  device(id: string, options?: { force?: boolean; patient?: boolean }): Promise<'changed' | 'same' | 'gone'>
  readonly waiting: number
  drain(): Promise<void>
}

/** Devices stored by one transaction. */
const maxBatch = 256
/** Longest time of rendering between two looks at the event loop: phones’ requests go in between. */
const sliceMs = 2

export function createRerendering(parts: {
  database: Database<ProvisioningSchema>
  renderer: Renderer
  devices: { get(id: string): Device | undefined }
  rendered: { get(id: string): Rendered | undefined; applyLocal(id: string, value: Rendered | undefined): void }
  seal: Seal
  log: Log
  clock: Pick<Clock, 'monotonicMs'>
  phonesFirst: Pick<PhonesFirst, 'quiet'>
}): Rerendering {
  const { database, renderer, devices, rendered, seal, log, clock, phonesFirst } = parts

  type Asked = { id: string; force: boolean; patient: boolean }
  type Outcome = 'changed' | 'same' | 'gone'
  interface Made {
    readonly device: Device
    readonly inputs: DeviceInputs
  }
  interface Found {
    readonly results: ReadonlyMap<string, RenderingResult & Made>
    readonly gone: ReadonlyMap<string, string>
  }
  /** Of what the record of a device was made here: many changes are told twice, and the second finds nothing to do. */
  const recordedOf = new WeakMap<Device, { readonly inputs: DeviceInputs; readonly revision: number }>()

  // While a batch is stored none is rendered: with PostgreSQL, NATS and all who are told at work besides, rendering at the
  // same time leaves phones that ask meanwhile waiting for a processor, and is little sooner done.
  const batches = createBatches<Asked, Outcome>({
    maxBatch,
    maxWaiting: Number.POSITIVE_INFINITY,
    tooMany: () => new Fault('too-many-requests'),
    async perform(asked) {
      if (asked.every(({ patient }) => patient)) await phonesFirst.quiet()
      const found = await rendersOf(asked)
      await store(found)
      return asked.map(({ id }) =>
        devices.get(id) === undefined ? 'gone' : found.results.has(id) ? 'changed' : 'same',
      )
    },
  })

  async function rendersOf(asked: readonly Asked[]): Promise<Found> {
    const results = new Map<string, RenderingResult & Made>()
    const gone = new Map<string, string>()
    let sliceEndMs = clock.monotonicMs() + sliceMs
    for (const { id, force } of asked) {
      if (clock.monotonicMs() > sliceEndMs) {
        // In one turn of the event loop phones’ requests are read and answered, behind it the answers leave.
        await nextTurn()
        await nextTurn()
        sliceEndMs = clock.monotonicMs() + sliceMs
      }
      // A task and an event may ask for it in one batch.
      if (results.has(id)) continue
      const device = devices.get(id)
      const recorded = rendered.get(id)
      if (device === undefined) {
        if (recorded) gone.set(id, recorded.tenant)
        continue
      }
      const result = resultOf(device, recorded, force)
      if (result) results.set(id, result)
    }
    return { results, gone }
  }

  async function store({ results, gone }: Found): Promise<void> {
    if (gone.size > 0) {
      await removeRendered(database, [...new Set(gone.values())], [...gone.keys()])
      for (const id of gone.keys()) rendered.applyLocal(id, undefined)
    }
    if (results.size > 0) {
      for (const [id, document] of await storeRendered(database, [...results.values()])) {
        rendered.applyLocal(id, compactRendered(document, id))
        const made = results.get(id)
        if (made) remember(made, document)
      }
    }
  }

  function remember({ device, inputs }: Made, { error, revision }: Rendered): void {
    if (error === undefined) recordedOf.set(device, { inputs, revision })
  }

  function isRecorded({ device, inputs }: Made, { revision }: Rendered): boolean {
    const known = recordedOf.get(device)
    return (
      known?.revision === revision &&
      known.inputs.config === inputs.config &&
      known.inputs.plugin === inputs.plugin &&
      known.inputs.parameters === inputs.parameters &&
      known.inputs.access?.mark === inputs.access?.mark
    )
  }

  /** What is to be stored; undefined when nothing differs from what is recorded. */
  function resultOf(
    device: Device,
    recorded: Rendered | undefined,
    force: boolean,
  ): (RenderingResult & Made) | undefined {
    const inputs = renderer.inputsOf(device)
    if (!force && recorded && isRecorded({ device, inputs }, recorded)) return undefined
    const { config, files, digests, error, access } = renderer.device(device, inputs)
    if (error !== undefined && error !== recorded?.error) {
      log.warn(
        { device: device.id, plugin: device.plugin, reason: error },
        'the files of a device could not be rendered',
      )
    }
    const kept = error === undefined ? digests : (recorded?.digests ?? {})
    if (!force && recorded && isSame(recorded, { device, config, digests: kept, error, access })) {
      remember({ device, inputs }, recorded)
      return undefined
    }
    return {
      device,
      inputs,
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
