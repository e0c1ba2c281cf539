import { tasksStore, useBus, useReadModel } from '@strowger/bus'
import { useDatabase } from '@strowger/database'
import { catalogue, tasksBucket, tenantsBucket } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import { createAuthentication } from './access/authenticate.ts'
import { createLogInDelays } from './access/log-in-delays.ts'
import { createPasswords } from './access/passwords.ts'
import { createTokenCheck } from './access/token-check.ts'
import type { gatewaySettings } from './config.ts'
import { startFirstSteps } from './first-steps.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerTasks } from './handlers/tasks.ts'
import { answerTenants } from './handlers/tenants.ts'
import { answerTokens } from './handlers/tokens.ts'
import { createRestServer } from './rest/server.ts'
import type { AccessSchema } from './store/tables.ts'

/** Composes the gateway; everything it creates is released with the context's scope. Resolves to the address of REST. */
export async function startGateway(context: ServiceContext<typeof gatewaySettings>): Promise<string> {
  const { settings, log, clock, scope, health, metrics, telemetry } = context
  const bus = await useBus('gateway', context)
  const database = await useDatabase<AccessSchema>('access', context, { publish: bus.publishRow, required: true })
  const tenants = await useReadModel(bus, tenantsBucket, context)
  const tasks = await useReadModel(bus, tasksBucket, context)
  await Promise.all([tenants.ready, tasks.ready])

  const passwords = createPasswords()
  const firstSteps = startFirstSteps({
    database,
    passwords,
    tenants,
    adminPassword: settings.ADMIN_PASSWORD,
    bootstrapToken: settings.STROWGER_BOOTSTRAP_TOKEN,
    clock,
    log,
  })
  scope.defer(() => firstSteps.stop(), 'first steps')
  health.add('first steps', firstSteps.health)

  const tokens = await scope.use(
    'tokens',
    () => createTokenCheck({ database, clock, log }),
    (check) => check.close(),
  )
  answerTenants(bus, { database, tenants, tokens })
  answerTokens(bus, { database, tenants, tokens, clock })
  answerTasks(bus, { tasks, store: tasksStore(bus, tasksBucket), tenants })
  answerChangeSets(bus, { database, tenants, tokens })

  const delays = createLogInDelays(clock)
  const authentication = createAuthentication({ database, tokens, passwords, delays, tenants })
  const rest = await scope.use(
    'rest',
    () => createRestServer({ catalogue, bus, authentication, clock, log, metrics, telemetry }),
    (server) => server.close(),
  )
  const address = await rest.listen(settings.GATEWAY_HOST, settings.GATEWAY_PORT)
  log.info({ address }, 'REST is answered')
  return address
}
