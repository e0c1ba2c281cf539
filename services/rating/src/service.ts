import { useBus, useReadModel } from '@strowger/bus'
import { eraseOperation, useDatabase } from '@strowger/database'
import { eraseRating, tenantsBucket } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import type { ratingSettings } from './config.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerProblems } from './handlers/problems.ts'
import type { RatingSchema } from './store/tables.ts'

/** Composes rating: everything is created here, its release beside it, and released with the context’s scope. */
export async function startRating(context: ServiceContext<typeof ratingSettings>): Promise<void> {
  const bus = await useBus('rating', context)
  const database = await useDatabase<RatingSchema>('rating', context, { publish: bus.publishRow, required: true })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  await tenants.ready

  answerProblems(bus, { database, tenants })
  answerChangeSets(bus, { database, tenants })
  bus.reply(eraseRating, eraseOperation({ database }))
}
