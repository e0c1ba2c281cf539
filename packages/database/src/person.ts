import { Fault } from '@strowger/schema'
import type { Person } from './transaction.ts'

/** A request’s context as the bus carries it. */
interface OperatorContext {
  readonly tenant?: string | undefined
  readonly actor: { readonly name: string }
  readonly note?: string | undefined
  readonly requestId?: string | undefined
}

/**
 * In whose name, and for which tenant, an administrative request is made; the writer of its change set.
 * @throws Fault `forbidden` when it names no tenant.
 */
export function personFrom({ tenant, actor, note, requestId }: OperatorContext): Person & { tenantId: string } {
  if (tenant === undefined) throw new Fault('forbidden', { detail: 'The request names no tenant' })
  return {
    kind: 'person',
    actor: actor.name,
    tenantId: tenant,
    ...(note === undefined ? {} : { note }),
    ...(requestId === undefined ? {} : { requestId }),
  }
}
