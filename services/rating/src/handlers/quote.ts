import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { quoteInline } from '@strowger/rating'
import { Fault, quoteCall, type Tenants, tenantsAbove } from '@strowger/schema'
import type { Engines, Knowledge } from '../configuration/engines.ts'
import { quoteStored } from '../quotes/stored-quote.ts'

/** What a call would cost; nothing is stored. */
export function answerQuotes(bus: Bus, parts: { tenants: Tenants; engines: Engines }): void {
  const { tenants, engines } = parts

  bus.reply(quoteCall, async ({ quote }, { context }) => {
    if (quote.tariff !== undefined) return quoteInline(quote.tariff, quote.call)
    const tenant = personFrom(context).tenantId
    const knowledge = await engines.of(tenant)
    return quoteStored(knowledge, (kind, id) => resolved(knowledge, tenant, kind, id), quote)
  })

  function resolved(knowledge: Knowledge, tenant: string, kind: string, id: string): string {
    const owner = tenantsAbove(tenants, tenant).find((one) =>
      knowledge.items.some((item) => item.kind === kind && item.id === id && item.tenant === one),
    )
    if (owner === undefined) throw new Fault('not-found', { detail: `There is no ${kind} ${id}` })
    return `${owner}/${id}`
  }
}
