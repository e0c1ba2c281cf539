import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import { createAllowanceCounters, quoteInline } from '@strowger/rating'
import { quoteCall } from '@strowger/schema'
import type { Engines } from '../configuration/engines.ts'
import { quoteStored } from '../quotes/stored-quote.ts'
import { readCounters } from '../store/allowance-counters.ts'
import type { RatingSchema } from '../store/tables.ts'

/** What a call would cost; nothing is stored. */
export function answerQuotes(
  bus: Bus,
  parts: {
    database: Database<RatingSchema>
    engines: Engines
  },
): void {
  const { database, engines } = parts

  bus.reply(quoteCall, async ({ quote }, { context }) => {
    if (quote.tariff !== undefined) return quoteInline(quote.tariff, quote.call)
    const tenant = personFrom(context).tenantId
    const knowledge = await engines.known(tenant)
    // A customer's next call takes from what is left of its allowances: of a copy, as nothing is stored.
    const counters =
      quote.organisation === undefined || knowledge.tariffs.allowances.length === 0
        ? undefined
        : createAllowanceCounters(await database.inTenants([tenant], {}, (tx) => readCounters(tx, [tenant])))
    return quoteStored(knowledge, quote, counters)
  })
}
