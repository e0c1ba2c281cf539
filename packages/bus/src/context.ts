import { headers, type MsgHdrs } from '@nats-io/nats-core'
import type { Actor } from '@strowger/schema'

/** For whom a request is made. The gateway sets it from the token; a service passes on what it was given. */
export interface CallContext {
  /** Absent: the caller is not bound to one tenant (a phone not yet known, a site-wide job). */
  readonly tenant?: string | undefined
  readonly actor: Actor
  /** One id for everything a person's request leads to; it is in the logs. */
  readonly requestId?: string | undefined
  /** Why a person did it, in their words; goes into the change set. */
  readonly note?: string | undefined
}

/** Deadline (milliseconds since 1970) and context in one header: parsing a header costs more than parsing its text. */
export const callHeader = 'Strowger-Call'
export const errorHeader = 'Strowger-Error'
export const probeHeader = 'Strowger-Probe'
export const traceHeader = 'traceparent'

const written = new WeakMap<CallContext, string>()

function contextText(context: CallContext): string {
  let text = written.get(context)
  if (text === undefined) {
    const { tenant, actor, requestId, note } = context
    text = JSON.stringify({ tenant, actor, requestId, note })
    written.set(context, text)
  }
  return text
}

export function callHeaders(context: CallContext, deadline: number, traceparent: string | undefined): MsgHdrs {
  const map = headers()
  map.append(callHeader, `${Math.round(deadline)} ${contextText(context)}`)
  if (traceparent !== undefined) map.append(traceHeader, traceparent)
  return map
}

const actorKinds: readonly unknown[] = ['person', 'service', 'phone']

function isContext(value: unknown): value is CallContext {
  if (typeof value !== 'object' || value === null) return false
  const { tenant, actor } = value as Partial<CallContext>
  if (tenant !== undefined && typeof tenant !== 'string') return false
  return (
    typeof actor === 'object' && actor !== null && typeof actor.name === 'string' && actorKinds.includes(actor.kind)
  )
}

/** Contexts seen lately, by their text: most requests of a busy way have the same one. */
const read = new Map<string, CallContext>()

/** Reads the header back; undefined when it is not one. */
export function parseCallHeader(text: string): { deadline: number; context: CallContext } | undefined {
  const space = text.indexOf(' ')
  const deadline = Number(text.slice(0, Math.max(space, 0)))
  if (space < 1 || !Number.isSafeInteger(deadline)) return undefined
  const json = text.slice(space + 1)
  let context = read.get(json)
  if (!context) {
    try {
      const parsed: unknown = JSON.parse(json)
      if (!isContext(parsed)) return undefined
      context = Object.freeze(parsed)
    } catch {
      return undefined
    }
    if (read.size >= 1_000) read.clear()
    read.set(json, context)
  }
  return { deadline, context }
}
