import Type from 'typebox'
import { Instant, PluginId, Revision, TenantId } from '../identity.ts'

/** What the files of a device are at present. Ingress may keep an answer only while this revision stands. */
export const Rendered = Type.Object({
  tenant: TenantId,
  revision: Revision,
  config: Type.String({ description: 'The config in use' }),
  plugin: Type.Optional(PluginId),
  digests: Type.Record(Type.String(), Type.String(), {
    description: 'File name -> SHA-256 in base64url, first 22 characters',
  }),
  error: Type.Optional(
    Type.String({ description: 'Why the last rendering failed; the last good files are still served' }),
  ),
  access: Type.Optional(
    Type.String({ description: 'Differs when the key or password in the files does; tells nothing of them' }),
  ),
  at: Instant,
})
export type Rendered = Type.Static<typeof Rendered>
/** As `deviceTexts`. */
export const renderedTexts = ['tenant', 'plugin'] as const

/**
 * The same document, for who holds those of all devices: in two thirds of the memory. Names of files are as many as
 * devices, and an object with names of its own costs a table of its own; a moment is a number; that it is the config of
 * devices without one is not said for each of them.
 */
export function compactRendered(document: Rendered, device: string): Rendered {
  return document instanceof CompactRendered ? document : new CompactRendered(document, device)
}

class CompactRendered implements Rendered {
  readonly tenant: string
  readonly revision: number
  readonly plugin?: string
  readonly error?: string
  readonly access?: string
  readonly #device: string
  readonly #config: string | undefined
  readonly #atMs: number
  /** Name and digest in turn, a line each: neither can have a line break. */
  readonly #files: string

  constructor({ tenant, revision, plugin, error, access, config, at, digests }: Rendered, device: string) {
    this.tenant = tenant
    this.revision = revision
    this.#device = device
    this.#config = config === `autoprov${device}` ? undefined : config
    this.#atMs = Date.parse(at)
    this.#files = Object.entries(digests).flat().join('\n')
    if (plugin !== undefined) this.plugin = plugin
    if (error !== undefined) this.error = error
    if (access !== undefined) this.access = access
  }

  get config(): string {
    return this.#config ?? `autoprov${this.#device}`
  }

  get at(): string {
    return new Date(this.#atMs).toISOString()
  }

  get digests(): Record<string, string> {
    const digests: Record<string, string> = {}
    const lines = this.#files === '' ? [] : this.#files.split('\n')
    for (let at = 0; at + 1 < lines.length; at += 2) digests[lines[at] ?? ''] = lines[at + 1] ?? ''
    return digests
  }

  /** As it came. */
  toJSON(): Rendered {
    const { tenant, revision, config, plugin, digests, error, access, at } = this
    return {
      tenant,
      revision,
      config,
      ...(plugin === undefined ? {} : { plugin }),
      digests,
      ...(error === undefined ? {} : { error }),
      ...(access === undefined ? {} : { access }),
      at,
    }
  }
}

/** Whether a phone that took these bytes has what its file is at present; of `file`, folders may be left out. Pure. */
export function isPresentFile(
  { digests }: Pick<Rendered, 'digests'>,
  { file, digest }: { readonly file: string; readonly digest?: string | null | undefined },
): boolean {
  return Object.entries(digests).some(
    ([name, present]) => present === digest && (name === file || name.endsWith(`/${file}`)),
  )
}
