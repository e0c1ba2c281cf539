import { join } from 'node:path'
import { createSharedTexts, useBus, useReadModel } from '@strowger/bus'
import {
  admitUpload,
  bansBucket,
  defaultFloodLimits,
  fileFetched,
  floodBucket,
  identify,
  isKnownAddress,
  offendersBucket,
  pluginsBucket,
  policiesBucket,
  renderedBucket,
  requestsObserved,
  storeUpload,
} from '@strowger/schema'
import { newId, type ServiceContext } from '@strowger/service'
import { createAdmission } from './admission.ts'
import { createAnswerCache } from './answer-cache.ts'
import { countAnswers } from './answer-counts.ts'
import { createBanList } from './ban-list.ts'
import type { ingressSettings } from './config.ts'
import { createConnections } from './connections.ts'
import { useDhcp } from './dhcp/use-dhcp.ts'
import { createFetchFacts } from './fetch-facts.ts'
import { answerBans } from './handlers/bans.ts'
import { createPhoneListener } from './http.ts'
import { listenHttp } from './http-listener.ts'
import { listenHttps } from './https.ts'
import { createIdentifyingHeaders } from './identifying-headers.ts'
import { createObservations } from './observations.ts'
import { createOffenders } from './offenders.ts'
import { createPhoneFiles } from './phone-files.ts'
import { createQuestionLine } from './question-line.ts'
import { openSecurityJournal } from './security-journal.ts'
import { startSecurityPublisher } from './security-publisher.ts'
import { listenTftp } from './tftp.ts'
import { createUploads } from './uploads.ts'

/** Composes ingress: everything is created here, its release beside it, and released with the context’s scope. */
export async function startIngress(context: ServiceContext<typeof ingressSettings>): Promise<void> {
  const { settings, log, clock, scope, metrics, telemetry } = context
  const bus = await useBus('ingress', context)
  const sharedTexts = createSharedTexts<{ tenant: string }>(['tenant'])
  const rendered = await useReadModel(bus, renderedBucket, context, {
    hold: ({ tenant, revision }) => ({ ...sharedTexts({ tenant }), revision }),
  })
  const policies = await useReadModel(bus, policiesBucket, context)
  const bans = await useReadModel(bus, bansBucket, context)
  const flood = await useReadModel(bus, floodBucket, context)
  const offending = await useReadModel(bus, offendersBucket, context)
  const plugins = await useReadModel(bus, pluginsBucket, context)
  const models = [rendered, policies, bans, flood, offending, plugins]
  await Promise.all(models.map(({ ready }) => ready))

  const lost = metrics
    .counter({ name: 'security_segments_lost_total', help: 'Parts of the security journal dropped unread' })
    .of({})
  const journal = await scope.use(
    'journal',
    () =>
      openSecurityJournal({
        folder: join(settings.STATE_DIR, 'security'),
        maxBytes: settings.JOURNAL_MAX_BYTES,
        newProducer: () => `ingress-${newId().slice(0, 12)}`,
        onLost(segments) {
          lost.add(segments)
          log.error({ segments }, 'the security journal is full; its oldest events are lost')
        },
      }),
    (opened) => opened.close(),
  )
  const publisher = startSecurityPublisher({
    journal,
    publish: async (tenant, payload, id) => {
      const subject = `${requestsObserved.subject}.${tenant}`
      await bus.publishAcked({ subject, bytes: Buffer.from(payload), id })
    },
    clock,
    log,
  })
  scope.defer(() => publisher.stop())

  const dropped = metrics
    .counter({ name: 'fetch_facts_dropped_total', help: 'Facts dropped while NATS was away' })
    .of({})
  const facts = await scope.use(
    'fetch facts',
    () =>
      createFetchFacts({
        publish: async (tenant, batch) => void (await bus.events.publish(fileFetched, tenant, { facts: batch })),
        clock,
        log,
        onDropped: (count) => dropped.add(count),
      }),
    (created) => created.close(),
  )

  const revisions = {
    rendered: (device: string) => rendered.get(device)?.revision,
    tenantOf: (device: string) => rendered.get(device)?.tenant,
    policy: (tenant: string) => policies.get(tenant)?.revision ?? 0,
  }
  const cache = createAnswerCache({
    maxBytes: settings.ANSWER_CACHE_BYTES,
    revisions,
    monotonicMs: clock.monotonicMs,
    now: clock.now,
  })
  const actor = { kind: 'phone', name: 'phone' } as const
  const asPhone = { actor }
  const line = createQuestionLine({
    maxOpen: settings.PHONE_QUESTIONS_OPEN,
    patienceMs: settings.PHONE_LINE_MS,
    clock,
  })
  const forgeableLine = createQuestionLine({
    maxOpen: Math.max(1, Math.floor(settings.PHONE_QUESTIONS_OPEN / 64)),
    patienceMs: settings.PHONE_WAIT_MS,
    clock,
  })
  const files = createPhoneFiles({
    cache,
    line,
    forgeableLine,
    ask: (evidence, timeoutMs) => bus.request(identify, evidence, asPhone, { timeoutMs }),
    waitMs: settings.PHONE_WAIT_MS,
    clock,
    log,
  })
  const banList = createBanList(bans)
  const admission = createAdmission({
    ratePerS: settings.PHONE_RATE_PER_S,
    burst: settings.PHONE_RATE_BURST,
    clock,
    bannedUntilMs: banList.untilMs,
  })
  const offenders = createOffenders({
    limits: () => flood.get('limits') ?? defaultFloodLimits,
    isKnown: async (address) => (await bus.request(isKnownAddress, { address }, asPhone)).known,
    ban: async (ban) => void (await bus.bucket(bansBucket).put(ban.address, ban)),
    previous: offending.get,
    report: async (offender) => void (await bus.bucket(offendersBucket).put(offender.address, offender)),
    isBanned: (address) => (banList.untilMs(address) ?? 0) > clock.now(),
    clock,
    log,
    metrics,
  })
  const observations = createObservations({
    journal,
    facts,
    offenders,
    traceparent: telemetry.traceparent,
    now: clock.now,
  })
  const traced = <T>(work: () => Promise<T>) => telemetry.span('phone request', { kind: 'server' }, work)
  const shared = { host: settings.PHONE_HOST, files, admission, observations, traced }
  answerBans(bus, { bans, offenders: offending, bucket: bus.bucket(bansBucket), clock })

  const uploads = createUploads({
    house: {
      admit: (method, evidence) => bus.request(admitUpload, { method, evidence }, asPhone),
      store: (upload) => bus.request(storeUpload, upload, asPhone),
    },
    maxBytes: settings.PHONE_UPLOAD_MAX_BYTES,
    log,
  })
  const http = {
    ...shared,
    uploads,
    count: countAnswers(metrics, { cache, files }),
    trustedProxies: settings.PHONE_TRUSTED_PROXIES,
    now: clock.now,
    identifyingHeaders: createIdentifyingHeaders(plugins),
  }
  const listener = createPhoneListener(http)
  const connections = createConnections({
    max: settings.PHONE_CONNECTIONS,
    maxPerSource: settings.PHONE_TRUSTED_PROXIES > 0 ? undefined : settings.PHONE_CONNECTIONS_PER_SOURCE,
    metrics,
  })
  const patience = {
    headersMs: settings.PHONE_HEADERS_TIMEOUT_MS,
    requestMs: settings.PHONE_REQUEST_TIMEOUT_MS,
    silenceMs: settings.PHONE_SILENCE_TIMEOUT_MS,
  }
  for (const port of [settings.PHONE_HTTP_PORT, ...settings.PHONE_HTTP_EXTRA_PORTS]) {
    await scope.use(
      `http on ${port}`,
      () => listenHttp({ host: settings.PHONE_HOST, port, listener, patience, connections }),
      (server) => server.close(),
    )
  }
  const { PHONE_TLS_CERTIFICATE: certificate, PHONE_TLS_KEY: key, PHONE_CLIENT_CA_DIR: clientRoots } = settings
  if (certificate !== undefined && key !== undefined) {
    await scope.use(
      'https',
      () =>
        listenHttps({
          host: settings.PHONE_HOST,
          port: settings.PHONE_HTTPS_PORT,
          files: { certificate, key, clientRoots },
          oldPhones: settings.PHONE_TLS_OLD_PHONES,
          listener: (certificateMac) => createPhoneListener({ ...http, certificateMac }),
          patience,
          connections,
          clock,
          log,
        }),
      (server) => server.close(),
    )
  }
  if ((certificate === undefined) !== (key === undefined)) {
    log.warn({}, 'PHONE_TLS_CERTIFICATE and PHONE_TLS_KEY belong together: HTTPS is off')
  }
  await scope.use(
    'tftp',
    () =>
      listenTftp({
        ...shared,
        port: settings.PHONE_TFTP_PORT,
        singlePort: settings.PHONE_TFTP_SINGLE_PORT,
        metrics,
        log,
      }),
    (server) => server.close(),
  )
  await useDhcp(bus, context)
}
