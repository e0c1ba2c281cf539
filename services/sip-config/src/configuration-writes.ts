import { Fault, type SipConfiguration, type SipTemplateInput } from '@strowger/schema'
import { newUuid } from '@strowger/service'
import type { ConfigurationChecks } from './configuration-checks.ts'
import { candidateFrom, columnsOf, isSameConfiguration } from './configuration-input.ts'
import { overlaid, type View } from './models.ts'
import { createPicture, type Picture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'
import { checkRevision } from './store/held.ts'
import type { Ledger } from './store/ledger.ts'
import { contextsIn } from './tenant-boundaries.ts'

/** Writing configurations within a transaction: checked against what is written beside them. */
export function createConfigurationWrites(parts: { checks: ConfigurationChecks; secrets: SipSecrets }) {
  const { checks, secrets } = parts

  /** Of those that it named before it is known whose they are. */
  async function claimContexts(ledger: Ledger, configuration: SipConfiguration, was?: SipConfiguration): Promise<void> {
    const claimed = new Set(was ? contextsIn(was).map(({ name }) => name) : [])
    for (const { name, field } of contextsIn(configuration))
      if (!claimed.has(name)) await ledger.claimContext(name, configuration.tenant, field)
  }

  function withIt(view: View, configuration: SipConfiguration): View {
    return overlaid(view, [{ kind: 'configuration', key: configuration.uuid, document: configuration }])
  }

  /** A new one, checked: the row that is to be inserted. */
  async function prepare(
    ledger: Ledger,
    tenant: string,
    kind: SipConfiguration['kind'],
    input: SipTemplateInput,
  ): Promise<Record<string, unknown> & { uuid: string }> {
    const { configuration, plain } = candidateFrom(input, { uuid: newUuid(), tenant, kind }, secrets)
    checks.refuse(withIt(ledger.view, configuration), configuration, plain, createPicture(ledger.view, secrets))
    await claimContexts(ledger, configuration)
    const { uuid } = configuration
    return { tenant_id: tenant, uuid, kind, ...columnsOf(configuration) }
  }

  return {
    /** What a change would make of it, checked: the picture with it in place. Writes nothing. */
    preview(view: View, present: SipConfiguration, input: SipTemplateInput, before: Picture): Picture {
      const { configuration, plain } = candidateFrom(input, present, secrets)
      const after = withIt(view, configuration)
      checks.refuse(after, configuration, plain, before)
      return createPicture(after, secrets)
    },
    async create(
      ledger: Ledger,
      tenant: string,
      kind: SipConfiguration['kind'],
      input: SipTemplateInput,
    ): Promise<SipConfiguration> {
      return ledger.insert('configuration', await prepare(ledger, tenant, kind, input))
    },
    prepare,
    /** Whether a write would leave it as it is, as far as is known without looking into the table. */
    isSame(present: SipConfiguration, input: SipTemplateInput): boolean {
      return isSameConfiguration(present, candidateFrom(input, present, secrets).configuration)
    },
    async update(
      ledger: Ledger,
      uuid: string,
      input: SipTemplateInput,
      ifRevision?: number,
    ): Promise<SipConfiguration> {
      const present = await ledger.locked('configuration', uuid)
      if (present === undefined) throw new Fault('not-found', { detail: 'It was removed meanwhile' })
      checkRevision(present, ifRevision)
      const { configuration, plain } = candidateFrom(input, present, secrets)
      if (isSameConfiguration(present, configuration)) return present
      checks.refuse(withIt(ledger.view, configuration), configuration, plain, createPicture(ledger.view, secrets))
      await claimContexts(ledger, configuration, present)
      return ledger.update('configuration', present, columnsOf(configuration))
    },
  }
}
export type ConfigurationWrites = ReturnType<typeof createConfigurationWrites>
