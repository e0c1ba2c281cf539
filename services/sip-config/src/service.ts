import { useBus, useReadModel } from '@strowger/bus'
import { eraseOperation, useDatabase } from '@strowger/database'
import { eraseSip, sipConfigurationsBucket, tenantsBucket } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import { useAsterisks } from './apply/use-asterisks.ts'
import { createApplyStates } from './apply-states.ts'
import type { sipConfigSettings } from './config.ts'
import { createDesiredState } from './desired-state.ts'
import { answerConfigurationQuestions } from './handlers/list-configurations.ts'
import type { SipSchema } from './store/tables.ts'

/** Composes sip-config: everything is created here, its release beside it, and released with the context’s scope. */
export async function startSipConfig(context: ServiceContext<typeof sipConfigSettings>): Promise<void> {
  const { log, scope } = context
  const bus = await useBus('sip-config', context)
  const database = await useDatabase<SipSchema>('sip', context, { publish: bus.publishRow, required: false })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const configurations = await useReadModel(bus, sipConfigurationsBucket, context)
  await Promise.all([tenants.ready, configurations.ready])
  const applyStates = createApplyStates()
  answerConfigurationQuestions(bus, { configurations, tenants, applyStates })
  bus.reply(eraseSip, eraseOperation({ database }))
  const desired = createDesiredState()
  scope.defer(
    desired.onChanged(({ asteriskId, changed, removed }) =>
      log.debug(
        { asteriskId, changed: changed.length, removed: removed.length },
        'what an Asterisk is to have has changed',
      ),
    ),
  )
  useAsterisks(context, { desired, states: applyStates })
}
