import { Fault, type SipConfiguration, type SipOption, type SipSection } from '@strowger/schema'
import type { ConfigurationChecks } from './configuration-checks.ts'
import type { View, Written } from './models.ts'
import { createPicture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'

/** Refuses what an undo made: it writes rows as they were, beside others that have come since. */
export type RefuseUndone = (before: View, after: View, written: readonly Written[]) => void

export function createUndoChecks(parts: { checks: ConfigurationChecks; secrets: SipSecrets }): RefuseUndone {
  const { checks, secrets } = parts

  function plain({ uuid, sections }: SipConfiguration): SipConfiguration['sections'] {
    const opened: SipConfiguration['sections'] = {}
    for (const [section, options] of Object.entries(sections) as [SipSection, SipOption[]][])
      opened[section] = options.map(([option, value]) => [option, secrets.open(uuid, section, option, value)])
    return opened
  }

  /** What is there in `after` and needs what has gone. */
  function usersOf({ kind, key }: Written, after: View): string[] {
    const lines = (found: readonly { id: number }[]) => found.map(({ id }) => `line ${id}`)
    if (kind === 'registrar') return lines(after.by('line of registrar', key))
    if (kind === 'transport') return after.by('user of transport', key).map(({ name }) => name)
    if (kind !== 'configuration') return []
    return [
      ...after.by('child of template', key).map(({ name }) => name),
      ...lines(after.by('line of endpoint', key)),
      ...after.by('trunk of endpoint', key).map(({ id }) => `trunk ${id}`),
    ]
  }

  function refuseMissing({ kind, document }: Written, after: View): void {
    if (document === undefined || (kind !== 'line' && kind !== 'trunk')) return
    const { endpoint, tenant } = document as { endpoint?: string; tenant: string }
    const found = endpoint === undefined ? undefined : after.get('configuration', endpoint)
    if (endpoint !== undefined && (found?.kind !== 'endpoint' || found.tenant !== tenant))
      throw new Fault('undo-conflict', { detail: `The endpoint of ${kind} ${(document as { id: number }).id} is gone` })
  }

  return (before, after, written) => {
    const [was, is] = [createPicture(before, secrets), createPicture(after, secrets)]
    for (const one of written) {
      refuseMissing(one, after)
      if (one.document === undefined) {
        const users = usersOf(one, after)
        if (users.length > 0)
          throw new Fault('undo-conflict', { detail: `${users.slice(0, 5).join(', ')} need what this would remove` })
        const name = (before.get(one.kind, one.key) as { name?: string } | undefined)?.name
        if (one.kind !== 'registrar' && name) checks.refuseNamed(was, after, [name])
      } else if (one.kind === 'configuration') {
        const configuration = one.document as SipConfiguration
        checks.refuse(after, configuration, plain(configuration), was, is)
      }
    }
  }
}
