import { stringify } from 'yaml'
import { parts } from '../parts.ts'

interface Alert {
  readonly name: string
  readonly expr: string
  /** How long it must last. */
  readonly for: string
  readonly severity: 'critical' | 'warning'
  readonly summary: string
  readonly description: string
}

/** One for each service: nothing answers under its name. */
const absences: readonly Alert[] = parts.map(({ name }) => ({
  name: `StrowgerAway_${name.replaceAll('-', '_')}`,
  expr: `absent(strowger_process_resident_memory_bytes{service="${name}"})`,
  for: '2m',
  severity: 'critical',
  summary: `${name} is away`,
  description: `No process of ${name} gives metrics. See "What happens when" in services/${name}/README.md.`,
}))

const alerts: readonly Alert[] = [
  ...absences,
  {
    name: 'StrowgerNatsAway',
    expr: 'strowger_bus_up == 0',
    for: '1m',
    severity: 'critical',
    summary: '{{ $labels.service }} has no NATS',
    description: 'Phones served before are served; everybody else is told to come back.',
  },
  {
    name: 'StrowgerEventsWait',
    expr: 'strowger_outbox_oldest_age_seconds > 60',
    for: '2m',
    severity: 'critical',
    summary: 'Events of {{ $labels.service }} wait for more than a minute',
    description: 'What was changed is stored, but the other services do not hear of it.',
  },
  {
    name: 'StrowgerEventsRefused',
    expr: 'increase(strowger_outbox_refused_rows[15m]) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'An event of {{ $labels.service }} was set aside',
    description:
      'No stream takes it: a stream is missing or full, or versions do not fit together. See the log of {{ $labels.service }}.',
  },
  {
    name: 'StrowgerBadMessages',
    expr: 'increase(strowger_bus_bad_messages_total[15m]) > 0',
    for: '0m',
    severity: 'warning',
    summary: '{{ $labels.service }} got messages of the wrong shape',
    description: 'On {{ $labels.subject }}. Somebody else publishes there, or versions do not fit together.',
  },
  {
    name: 'StrowgerRequestsFail',
    expr: 'sum by (service, subject) (rate(strowger_bus_answers_total{outcome=~"internal|unavailable|deadline-exceeded"}[5m])) > 0.5',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.service }} cannot answer {{ $labels.subject }}',
    description: 'More than one request in two seconds fails.',
  },
  {
    name: 'StrowgerPhonesToldToComeBack',
    expr: 'sum(rate(strowger_phone_http_answers_total{status="503"}[5m])) > 1',
    for: '5m',
    severity: 'critical',
    summary: 'Phones do not get their files',
    description: 'They are told to come back, more than once a second. Look at identification and rendering.',
  },
  {
    name: 'StrowgerPhonesRefused',
    expr: 'sum(rate(strowger_phone_http_answers_total{status="403"}[10m])) > 1',
    for: '10m',
    severity: 'warning',
    summary: 'Many requests for files are refused',
    description:
      'A site whose phones have no keys or changed their address, or somebody who tries: strowger bans known.',
  },
  {
    name: 'StrowgerNewPhonesRefused',
    expr: 'increase(strowger_new_phones_total{outcome="refused"}[15m]) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Unknown phones are refused',
    description: 'More came than the limits allow: strowger flood get shows them, flood set changes them.',
  },
  {
    name: 'StrowgerSecurityEventsLost',
    expr: 'increase(strowger_security_segments_lost_total[1h]) > 0',
    for: '0m',
    severity: 'critical',
    summary: 'Security events were lost',
    description: 'NATS was away for longer than JOURNAL_MAX_BYTES of ingress lasts.',
  },
  {
    name: 'StrowgerPhoneConnectionsRefused',
    expr: 'rate(strowger_phone_connections_refused_total[5m]) > 1',
    for: '5m',
    severity: 'warning',
    summary: 'Connections of phones are closed as they are too many',
    description: 'From one address, or in all: PHONE_CONNECTIONS_PER_SOURCE and PHONE_CONNECTIONS of ingress.',
  },
  {
    name: 'StrowgerRestFails',
    expr: 'sum(rate(strowger_rest_answers_total{status=~"5.."}[5m])) > 0.2',
    for: '5m',
    severity: 'warning',
    summary: 'REST answers with errors',
    description: 'More than one in five seconds. The log of gateway names the operation and the reason.',
  },
  {
    name: 'StrowgerSlow',
    expr: 'histogram_quantile(0.99, sum by (le, service, subject) (rate(strowger_bus_answer_seconds_bucket[10m]))) > 2',
    for: '10m',
    severity: 'warning',
    summary: '{{ $labels.subject }} takes longer than two seconds',
    description: 'For one in a hundred requests that {{ $labels.service }} answers.',
  },
  {
    name: 'StrowgerBusy',
    expr: 'strowger_event_loop_lag_seconds > 0.5',
    for: '5m',
    severity: 'warning',
    summary: '{{ $labels.service }} has too much to do',
    description: 'Requests wait for more than half a second for the process. Run more of it.',
  },
]

/** deploy/monitoring/alerts.yaml, for Prometheus. */
export function alertsFile(): string {
  const rules = alerts.map(({ name, expr, for: lasting, severity, summary, description }) => ({
    alert: name,
    expr,
    for: lasting,
    labels: { severity },
    annotations: { summary, description },
  }))
  const document = { groups: [{ name: 'strowger', rules }] }
  return `# Made by \`make manifests\`: change deploy/manifests, not this file.\n${stringify(document, { version: '1.1', lineWidth: 0 })}`
}
