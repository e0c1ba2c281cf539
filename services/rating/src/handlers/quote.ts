import type { Bus } from '@strowger/bus'
import { personFrom } from '@strowger/database'
import { quoteInline } from '@strowger/rating'
import { quoteCall, type Tenants } from '@strowger/schema'
import type { Engines } from '../configuration/engines.ts'
import { ownedId } from '../configuration/owned-id.ts'
import { quoteStored } from '../quotes/stored-quote.ts'

/** What a call would cost; nothing is stored. */
export function answerQuotes(bus: Bus, parts: { tenants: Tenants; engines: Engines }): void {
  const { tenants, engines } = parts

  bus.reply(quoteCall, async ({ quote }, { context }) => {
    if (quote.tariff !== undefined) return quoteInline(quote.tariff, quote.call)
    const tenant = personFrom(context).tenantId
    const knowledge = await engines.of(tenant)
    return quoteStored(knowledge, (kind, id) => ownedId(tenants, knowledge, tenant, kind, id), quote)
  })
}
