import { errors, Fault, rootTenantId } from '@strowger/schema'
import type { Audit } from '../audit.ts'
import type { NewAuditEntry } from '../store/audit.ts'
import { type Operation, pathFields } from './operation.ts'

/** Who asked what, as far as it is known. */
export interface AuditedRequest {
  readonly tenant: string | undefined
  readonly actor: { readonly name: string; readonly id?: string | undefined } | undefined
  readonly path: string
  readonly requestId: string
  readonly note?: string | undefined
  readonly address?: string | undefined
}

/** Whether the audit tells of it: what changes something, what shows a secret, and every log-in and log-out. */
export function isAudited({ rest, domain }: Operation): boolean {
  if (rest.method === 'GET') return rest.reveals !== undefined
  return rest.permission !== 'read' || domain === 'sessions'
}

/** The entry of an operation that was done (`fault` undefined) or refused. Pure. */
export function auditEntry(operation: Operation, request: AuditedRequest, fault: Fault | undefined): NewAuditEntry {
  const { rest, domain, verb } = operation
  const { tenant = rootTenantId, actor, path, requestId, note, address } = request
  return {
    tenant,
    // Nobody is known when a log-in fails: then it is the name that was tried.
    actor: (actor?.name ?? 'nobody').slice(0, 256),
    ...(actor?.id === undefined ? {} : { actorId: actor.id }),
    operation: `${domain}.${verb}`,
    method: rest.method,
    path,
    status: fault === undefined ? rest.success : errors[fault.code].status,
    ...(fault === undefined ? {} : { code: fault.code }),
    request: requestId,
    ...(note === undefined ? {} : { note }),
    ...(address === undefined ? {} : { address }),
  }
}

interface Context {
  readonly tenant?: string | undefined
  readonly actor: { readonly name: string; readonly id?: string | undefined }
  readonly requestId?: string | undefined
  readonly note?: string | undefined
  readonly address?: string | undefined
}

/**
 * The same `request` for what asks operations in other words than REST (the façades): each one that changes something
 * is told to the audit, by the address that it has in REST.
 */
export function auditedRequests<Bus extends { request: (...given: never[]) => Promise<unknown> }>(
  bus: Bus,
  audit: Pick<Audit, 'record'>,
): Pick<Bus, 'request'> {
  const ask = bus.request as unknown as (definition: Operation, input: unknown, context: Context) => Promise<unknown>
  const request = async (definition: Operation, input: Record<string, unknown>, context: Context) => {
    const { address, ...passedOn } = context
    if (definition.rest === undefined || !isAudited(definition)) return ask(definition, input, passedOn)
    const path = pathFields(definition).reduce(
      (path, name) => path.replace(`{${name}}`, encodeURIComponent(String(input[name]))),
      definition.rest.path,
    )
    const told = { tenant: context.tenant, actor: context.actor, path, requestId: context.requestId ?? '', address }
    try {
      const output = await ask(definition, input, passedOn)
      await audit.record(auditEntry(definition, { ...told, note: context.note }, undefined))
      return output
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault('internal')
      await audit.record(auditEntry(definition, { ...told, note: context.note }, fault))
      throw error
    }
  }
  return { request: request as unknown as Bus['request'] }
}
