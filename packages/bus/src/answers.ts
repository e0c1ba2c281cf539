import { createInbox, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import { Fault } from '@strowger/schema'
import type { Clock } from '@strowger/service'
import type { Outgoing } from './outgoing.ts'

/** Questions under way and the one inbox that their answers come to. */
export interface Answers {
  /**
   * Publishes with a reply subject of its own and resolves to the answer. Rejects with Fault `unavailable` when nobody
   * listens or the connection is lost meanwhile, `deadline-exceeded` after `timeoutMs`, `internal` when this user may
   * not ask that, `too-large` when the server takes no message of this size.
   */
  ask(subject: string, bytes: Uint8Array, options: { timeoutMs: number; headers?: MsgHdrs | undefined }): Promise<Msg>
  /** Ends the questions to this subject, or all. */
  fail(fault: Fault, subject?: string): void
  close(): void
}

interface Question {
  subject: string
  expiresMs: number
  resolve(answer: Msg): void
  reject(fault: Fault): void
}

/** How late the end of a question may be noticed. One timer for all is far cheaper than one each. */
const sweepMs = 20

/**
 * The client's own `request` makes an error with a stack trace for every answer that comes (a sixth of the CPU time of
 * a busy service), so the questions are kept here.
 */
export function createAnswers(nats: NatsConnection, outgoing: Outgoing, inboxPrefix: string, clock: Clock): Answers {
  const inbox = createInbox(inboxPrefix)
  const tokenAt = inbox.length + 1
  const questions = new Map<string, Question>()
  let counter = 0
  let sweeping: { cancel(): void } | undefined

  const subscription = nats.subscribe(`${inbox}.*`, {
    callback(error, message) {
      if (error) return fail(new Fault('internal', { internal: 'the inbox was refused by NATS', cause: error }))
      const token = message.subject.slice(tokenAt)
      const question = questions.get(token)
      if (!question) return
      questions.delete(token)
      const isNobody = message.data.length === 0 && message.headers?.code === 503
      if (isNobody) question.reject(new Fault('unavailable', { internal: `nobody answers ${question.subject}` }))
      else question.resolve(message)
    },
  })

  function sweep(): void {
    sweeping = undefined
    const nowMs = clock.monotonicMs()
    for (const [token, { expiresMs, subject, reject }] of questions) {
      if (expiresMs > nowMs) continue
      questions.delete(token)
      reject(new Fault('deadline-exceeded', { internal: `no answer to ${subject}` }))
    }
    if (questions.size > 0) sweeping = clock.after(sweepMs, sweep)
  }

  function fail(fault: Fault, subject?: string): void {
    for (const [token, question] of questions) {
      if (subject !== undefined && question.subject !== subject) continue
      questions.delete(token)
      question.reject(fault)
    }
  }

  return {
    ask(subject, bytes, { timeoutMs, headers }) {
      return new Promise((resolve, reject) => {
        const token = (counter++).toString(36)
        const reply = `${inbox}.${token}`
        questions.set(token, { subject, expiresMs: clock.monotonicMs() + timeoutMs, resolve, reject })
        sweeping ??= clock.after(sweepMs, sweep)
        outgoing.send(subject, bytes, headers ? { reply, headers } : { reply }, (error) => {
          questions.delete(token)
          reject(publishFault(error, subject))
        })
      })
    },
    fail,
    close() {
      sweeping?.cancel()
      fail(new Fault('unavailable', { internal: 'the bus was closed' }))
      if (!nats.isClosed()) subscription.unsubscribe()
    },
  }
}

/** Why the client refused to send: only the size depends on the message. */
export function publishFault(error: unknown, subject: string): Fault {
  const isTooLarge = error instanceof Error && error.message.includes('max_payload')
  return isTooLarge
    ? new Fault('too-large', { internal: `a message to ${subject} is too large for NATS`, cause: error })
    : new Fault('unavailable', { internal: `${subject} could not be sent`, cause: error })
}
