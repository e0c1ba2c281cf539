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

/** Whether a phone that took these bytes has what its file is at present; of `file`, folders may be left out. Pure. */
export function isPresentFile(
  { digests }: Pick<Rendered, 'digests'>,
  { file, digest }: { readonly file: string; readonly digest?: string | null | undefined },
): boolean {
  return Object.entries(digests).some(
    ([name, present]) => present === digest && (name === file || name.endsWith(`/${file}`)),
  )
}
