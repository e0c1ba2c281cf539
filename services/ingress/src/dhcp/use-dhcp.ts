import { join } from 'node:path'
import type { Bus } from '@strowger/bus'
import { type DhcpCommit, type DhcpReport, evidenceFrom, listenToDhcp } from '@strowger/dhcp'
import { learn } from '@strowger/schema'
import type { ServiceContext } from '@strowger/service'
import type { ingressSettings } from '../config.ts'
import { createConnections } from '../connections.ts'
import { type HttpPatience, listenHttp } from '../http-listener.ts'
import { createHearsay } from './hearsay.ts'
import { createReporters, ownToken } from './reporters.ts'
import { createReportListener } from './server-reports.ts'

const patience: HttpPatience = { headersMs: 5_000, requestMs: 10_000, silenceMs: 30_000 }
const maxReporters = 1_000

/**
 * DHCP information: the port on which DHCP servers tell, and, where it is asked for, an ear on what phones ask them.
 * The port is always open and there is always a token that it takes: no setting turns it off.
 */
export async function useDhcp(bus: Bus, context: ServiceContext<typeof ingressSettings>): Promise<void> {
  const { settings, log, clock, scope, metrics } = context
  const actor = { kind: 'service', name: 'ingress' } as const
  const reports = metrics.counter({
    name: 'dhcp_reports_total',
    help: 'What DHCP told, by who told it and what came of it',
    labels: ['origin', 'outcome'],
  })

  async function tell(commit: DhcpCommit, origin: 'server' | 'overheard'): Promise<void> {
    const { outcome, device } = await bus.request(learn, { evidence: evidenceFrom(commit), origin }, { actor })
    reports.of({ origin, outcome }).add()
    if (outcome === 'created') log.info({ device, mac: commit.mac, ip: commit.ip }, 'DHCP told of a new phone')
  }

  async function tellOfServer(report: DhcpReport): Promise<void> {
    // A phone that is switched off keeps its place: what it had is right until somebody else has it.
    if (report.op === 'commit') await tell(report, 'server')
    else reports.of({ origin: 'server', outcome: report.op }).add()
  }

  const token = settings.DHCP_INFO_TOKEN ?? ownToken(join(settings.STATE_DIR, 'dhcp-token'))
  await scope.use(
    'dhcp information',
    () =>
      listenHttp({
        host: settings.DHCP_INFO_HOST ?? settings.PHONE_HOST,
        port: settings.DHCP_INFO_PORT,
        listener: createReportListener({
          reporters: createReporters({ servers: settings.DHCP_INFO_SERVERS, token }),
          tell: tellOfServer,
          onRefused(code, address) {
            reports.of({ origin: 'server', outcome: code }).add()
            log.warn({ code, address }, 'what a DHCP server told was not taken')
          },
        }),
        patience,
        // Few servers tell much: what fills the phones' ports must not keep them out.
        connections: createConnections({ max: maxReporters, maxPerSource: undefined }),
      }),
    (server) => server.close(),
  )

  const { DHCP_LISTEN_HOST: host, DHCP_LISTEN_PORT: port } = settings
  if (host === undefined) return
  const hearsay = await scope.use(
    'dhcp hearsay',
    () =>
      createHearsay({
        tell: (commit) => tell(commit, 'overheard'),
        clock,
        log,
        onDropped: () => reports.of({ origin: 'overheard', outcome: 'dropped' }).add(),
      }),
    (created) => created.close(),
  )
  const listener = await scope.use(
    'dhcp listener',
    () =>
      listenToDhcp({
        host,
        port,
        onReport: (report) => {
          if (report.op === 'commit') hearsay.hear(report)
          else reports.of({ origin: 'overheard', outcome: report.op }).add()
        },
        onError: (error) => log.error({ error }, 'the socket that listens to DHCP failed'),
      }),
    (opened) => opened.close(),
  )
  const gauge = (name: string, help: string, read: () => number) => metrics.observedGauge({ name, help }, read)
  gauge('dhcp_datagrams_malformed', 'Datagrams on the DHCP port that are not DHCP', () => listener.counts().malformed)
  gauge('dhcp_reports_waiting', 'What was overheard and nobody could take yet', () => hearsay.waiting)
}
