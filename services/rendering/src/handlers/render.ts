import type { Bus } from '@strowger/bus'
import type { Database } from '@strowger/database'
import {
  type Device,
  Fault,
  type FileAnswer,
  type Rendered,
  render,
  type WithBody,
  withoutKeys,
} from '@strowger/schema'
import type { Log, Seal } from '@strowger/service'
import type { DeviceAccesses } from '../device-access.ts'
import { type RequestedFile, requestedFile } from '../device-files.ts'
import { digestOf } from '../digest.ts'
import { openedFiles } from '../good-files.ts'
import type { PhonesFirst } from '../phones-first.ts'
import type { LoadedPlugin } from '../plugin-library.ts'
import type { RenderedFile } from '../recent-files.ts'
import type { Renderer } from '../renderer.ts'
import { readLastGood } from '../store/rendered.ts'
import type { ProvisioningSchema } from '../store/tables.ts'

const nothing = new Uint8Array(0)

/** The file a device asks for, rendered from memory; while rendering fails, the last one that could be rendered. */
export function answerRender(
  bus: Bus,
  parts: {
    plugins: ReadonlyMap<string, LoadedPlugin>
    renderer: Renderer
    rendered: { get(device: string): Rendered | undefined }
    database: Database<ProvisioningSchema>
    seal: Seal
    /** When a content that is not recorded was first served. */
    firstSeen: (digest: string) => string
    log: Log
    phonesFirst: Pick<PhonesFirst, 'asked'>
    accesses: Pick<DeviceAccesses, 'policyRevision'>
    /** Resolves when this policy is in effect here, too. */
    untilPolicy: (tenant: string, revision: number) => Promise<void>
  },
): void {
  const { plugins, renderer, rendered, database, seal, firstSeen, log, phonesFirst, accesses, untilPolicy } = parts
  const sensitive = new Map(
    [...plugins].map(([id, { manifest }]) => [id, manifest.sensitive.map((text) => new RegExp(text))]),
  )

  bus.reply(
    render,
    async ({ device, policy, path, keep, shownKey, until, strict }): Promise<WithBody<FileAnswer>> => {
      phonesFirst.asked()
      if (accesses.policyRevision(policy.tenant) < policy.revision) await untilPolicy(policy.tenant, policy.revision)
      const name = path.slice(path.lastIndexOf('/') + 1)
      const recorded = rendered.get(device.id)
      const common = {
        tenant: device.tenant,
        device: device.id,
        file: withoutKeys(name),
        sensitive: (sensitive.get(device.plugin ?? '') ?? []).some((pattern) => pattern.test(name)),
        // Of two, the one that ends first: then nothing is kept that either would make otherwise.
        policyRevision: Math.min(policy.revision, accesses.policyRevision(policy.tenant)),
        ...(until === undefined ? {} : { until }),
        ...(strict === undefined ? {} : { strict }),
      }
      const plugin = renderer.pluginOf(device)
      const requested = plugin && requestedFile(plugin, device, path)
      if (plugin === undefined || requested === undefined) {
        const reason = plugin === undefined ? 'no plugin knows this phone' : 'the plugin has no such file'
        return { ...common, outcome: 'absent', reason, ...kept(keep, recorded?.revision), body: nothing }
      }
      const { bytes: body, digest } = await fileOf(plugin, requested, device, shownKey)
      // Kept by ingress only when it is what is recorded: this replica may be ahead of the record, or behind it.
      const isRecorded = requested.kind !== 'device' || recorded?.digests[requested.name] === digest
      return {
        ...common,
        outcome: 'served',
        contentType: requested.file.contentType,
        digest,
        ...modified(requested.kind === 'device' ? (isRecorded ? recorded?.at : undefined) : firstSeen(digest)),
        confirms: requested.kind === 'device' && requested.file.confirms === true,
        ...kept(keep, isRecorded ? recorded?.revision : undefined),
        body,
      }
    },
    { concurrency: 4_096 },
  )

  async function fileOf(
    plugin: LoadedPlugin,
    requested: RequestedFile,
    device: Device,
    shownKey: 'tenant' | 'own' | undefined,
  ): Promise<RenderedFile> {
    switch (requested.kind) {
      case 'static':
        return withDigest(
          plugin.customStatics?.get(requested.file.name) ?? plugin.statics.get(requested.file.name) ?? nothing,
        )
      case 'common':
        return commonFile(plugin, requested.file, device, shownKey)
      case 'device':
        try {
          return renderer.file(plugin, requested.file.name, requested.name, device)
        } catch (error) {
          if (!(error instanceof Fault) || error.code !== 'render-failed') throw error
          return withDigest(await lastGood(device, requested.name, error))
        }
    }
  }

  /** While a custom template fails for a file that devices share, it is rendered as shipped: there is no record of it. */
  function commonFile(
    plugin: LoadedPlugin,
    file: { name: string; template: string },
    device: Device,
    shownKey: 'tenant' | 'own' | undefined,
  ): RenderedFile {
    const asked = { device, shownKey }
    try {
      return renderer.commonFile(plugin, file, asked)
    } catch (error) {
      const shipped = plugins.get(plugin.manifest.id)
      if (!(error instanceof Fault) || shipped === undefined || shipped === plugin) throw error
      const reason = { file: file.name, tenant: device.tenant, reason: error.message }
      log.warn(reason, 'a shared file cannot be rendered with custom templates; it is served as shipped')
      return renderer.commonFile(shipped, file, asked)
    }
  }

  async function lastGood(device: Device, name: string, cause: Fault): Promise<Uint8Array> {
    const sealed = await readLastGood(database, device.tenant, device.id)
    const bytes = sealed && openedFiles(sealed, device.id, seal).get(name)
    if (bytes === undefined) throw cause
    log.info({ device: device.id, file: name, reason: cause.message }, 'the last good file is served')
    return bytes
  }
}

function withDigest(bytes: Uint8Array): RenderedFile {
  return { bytes, digest: digestOf(bytes) }
}

function modified(at: string | undefined): Pick<FileAnswer, 'modifiedAt'> {
  return at === undefined ? {} : { modifiedAt: at }
}

function kept(
  keep: 'while-valid' | 'briefly' | 'never',
  revision: number | undefined,
): Pick<FileAnswer, 'keep' | 'revision'> {
  if (revision === undefined) return { revision: 0 }
  return keep === 'never' ? { revision } : { revision, keep }
}
