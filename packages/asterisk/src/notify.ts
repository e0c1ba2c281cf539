import type { AmiClient } from './ami-client.ts'
import type { AmiMessage } from './ami-message.ts'

/** Who is told: a phone by the endpoint it is registered as, or by its address when it is not. */
export type NotifyTarget = { readonly endpoint: string } | { readonly uri: string }

/** A SIP NOTIFY with what makes a family's phones fetch their files again. */
export interface PhoneNotice {
  /** Value of the header Event, as `check-sync;reboot=false`. */
  readonly event: string
  /** Further `name=value` of the message; `Content=` lines make its body. */
  readonly variables?: readonly string[]
}

/**
 * Has Asterisk send a NOTIFY (action `PJSIPNotify`, write class `system`). Resolves when Asterisk has taken it: whether
 * the phone heard is another matter. Faults as `AmiClient.action`.
 */
export async function notifyPhone(ami: AmiClient, target: NotifyTarget, notice: PhoneNotice): Promise<void> {
  await ami.action('PJSIPNotify', notifyFields(target, notice))
}

function notifyFields(target: NotifyTarget, { event, variables = [] }: PhoneNotice): AmiMessage {
  const to = 'endpoint' in target ? (['Endpoint', target.endpoint] as const) : (['URI', target.uri] as const)
  return [to, ...[`Event=${event}`, ...variables].map((variable) => ['Variable', variable] as const)]
}
