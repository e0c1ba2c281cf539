import { tasksStore, useBus, useReadModel } from '@strowger/bus'
import { type Database, useDatabase } from '@strowger/database'
import { catalogue, tasksBucket, tenantsBucket } from '@strowger/schema'
import { createTasks, type ServiceContext } from '@strowger/service'
import { createAuthentication } from './access/authenticate.ts'
import { createLogInDelays } from './access/log-in-delays.ts'
import { createOpenId, type OpenId } from './access/openid.ts'
import { createPasswords } from './access/passwords.ts'
import { createTokenCheck } from './access/token-check.ts'
import { createAudit } from './audit.ts'
import { createChangeIndex } from './change-index.ts'
import type { gatewaySettings } from './config.ts'
import { createErasure } from './erasure.ts'
import { followDevices, followTasks } from './events/sources.ts'
import { startFirstSteps } from './first-steps.ts'
import { answerAudit } from './handlers/audit.ts'
import { answerChangeSets } from './handlers/change-sets.ts'
import { answerEraseTenant } from './handlers/erase-tenant.ts'
import { answerRoles } from './handlers/roles.ts'
import { answerSessions } from './handlers/sessions.ts'
import { answerTasks } from './handlers/tasks.ts'
import { answerTenants } from './handlers/tenants.ts'
import { answerTokens } from './handlers/tokens.ts'
import { answerUsers } from './handlers/users.ts'
import { createIdempotency } from './rest/idempotency.ts'
import { createRestServer } from './rest/server.ts'
import { pruneAccess } from './store/audit.ts'
import type { AccessSchema } from './store/tables.ts'

type Context = ServiceContext<typeof gatewaySettings>

/** Composes the gateway; everything it creates is released with the context's scope. Resolves to the address of REST. */
export async function startGateway(context: Context): Promise<string> {
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

  const sessions = { idleMs: settings.SESSION_IDLE_S * 1_000, longestMs: settings.SESSION_MAX_S * 1_000 }
  const tokens = await scope.use(
    'tokens',
    () => createTokenCheck({ database, sessionIdleMs: sessions.idleMs, clock, log }),
    (check) => check.close(),
  )
  const audit = await scope.use(
    'audit',
    () => createAudit({ database, clock, log }),
    (created) => created.close(),
  )
  prune(context, database)
  const store = tasksStore(bus, tasksBucket)
  const longWork = await scope.use(
    'own tasks',
    () => createTasks({ store, clock, log, owner: 'gateway' }),
    (own) => own.close(),
  )
  const delays = createLogInDelays(clock)
  const changes = createChangeIndex(bus)
  const erasure = createErasure({ bus, database, tasks, tokens, tenants, clock })
  answerTenants(bus, { database, tenants, tokens, erasure })
  answerUsers(bus, { database, tenants, tokens, passwords, delays })
  answerRoles(bus, { database, tenants, tokens })
  answerTokens(bus, { database, tenants, tokens, clock })
  answerSessions(bus, { database, tenants, tokens, limits: sessions, clock })
  answerTasks(bus, { tasks, store, tenants })
  answerChangeSets(bus, { database, tenants, tokens, changes })
  answerAudit(bus, { database, tenants, changes })
  answerEraseTenant(bus, { tenants, erasure, tasks: longWork })
  longWork.recover().catch((error: unknown) => log.warn({ error }, 'tasks could not be taken up again'))

  const taskNews = await scope.use(
    'task news',
    () => followTasks(bus),
    (source) => source.close(),
  )
  const deviceNews = await scope.use(
    'device news',
    () => followDevices({ bus, clock, log }),
    (source) => source.close(),
  )
  const rest = await scope.use(
    'rest',
    () =>
      createRestServer({
        catalogue,
        bus,
        authentication: createAuthentication({ database, tokens, passwords, delays, tenants }),
        audit,
        idempotency: createIdempotency({ database, keptS: settings.IDEMPOTENCY_KEPT_S, log }),
        tenants,
        topics: { tasks: taskNews, devices: deviceNews },
        openId: openIdFrom(context, database),
        ownOrigin: settings.GATEWAY_URL,
        clock,
        log,
        metrics,
        telemetry,
      }),
    (server) => server.close(),
  )
  const address = await rest.listen(settings.GATEWAY_HOST, settings.GATEWAY_PORT)
  log.info({ address }, 'REST is answered')
  return address
}

const pruneEveryMs = 600_000

/** Forgets sessions and answers that have expired, and what the audit is not to tell any more. */
function prune({ settings, clock, log, scope }: Context, database: Database<AccessSchema>): void {
  const limits = { auditDays: settings.AUDIT_KEPT_DAYS, answersS: settings.IDEMPOTENCY_KEPT_S }
  const timer = clock.every(pruneEveryMs, async () => {
    await pruneAccess(database, limits).catch((error: unknown) => {
      log.warn({ error }, 'what has expired could not be removed; tried again later')
    })
  })
  scope.defer(() => timer.cancel(), 'pruning')
}

/** Sign-in by a provider, when one is set. @throws Error when only half of it is */
function openIdFrom({ settings, clock }: Context, database: Database<AccessSchema>): OpenId | undefined {
  const { OPENID_ISSUER: issuer, OPENID_CLIENT_ID: clientId, OPENID_CLIENT_SECRET: clientSecret } = settings
  const { OPENID_CLAIM: claim, GATEWAY_URL: origin } = settings
  if (issuer === undefined) return undefined
  if (clientId === undefined || clientSecret === undefined || origin === undefined) {
    throw new Error('OPENID_ISSUER needs OPENID_CLIENT_ID, OPENID_CLIENT_SECRET and GATEWAY_URL')
  }
  const redirectUri = `${origin}/api/v1/sign-in/callback`
  return createOpenId({ settings: { issuer, clientId, clientSecret, claim, redirectUri }, database, clock })
}
