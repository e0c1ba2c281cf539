interface Panel {
  readonly title: string
  readonly unit: string
  readonly queries: readonly (readonly [expr: string, legend: string])[]
}

const rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[] = [
  {
    title: 'Phones',
    panels: [
      {
        title: 'Answers over HTTP',
        unit: 'reqps',
        queries: [['sum by (status) (rate(strowger_phone_http_answers_total[$__rate_interval]))', '{{status}}']],
      },
      {
        title: 'Transfers over TFTP',
        unit: 'reqps',
        queries: [
          ['sum(rate(strowger_phone_tftp_requests_total[$__rate_interval]))', 'asked'],
          ['sum(rate(strowger_phone_tftp_sent_total[$__rate_interval]))', 'sent'],
        ],
      },
      {
        title: 'Connections of phones',
        unit: 'short',
        queries: [['sum(strowger_phone_connections)', 'open']],
      },
      {
        title: 'New phones',
        unit: 'reqps',
        queries: [['sum by (outcome) (rate(strowger_new_phones_total[$__rate_interval]))', '{{outcome}}']],
      },
      {
        title: 'Addresses beyond their limits',
        unit: 'reqps',
        queries: [['sum by (outcome) (rate(strowger_ban_verdicts_total[$__rate_interval]))', '{{outcome}}']],
      },
      {
        title: 'Lines of the security log',
        unit: 'reqps',
        queries: [['sum(rate(strowger_fail2ban_lines_total[$__rate_interval]))', 'written']],
      },
    ],
  },
  {
    title: 'The house',
    panels: [
      {
        title: 'Requests by subject',
        unit: 'reqps',
        queries: [['sum by (subject) (rate(strowger_bus_answers_total[$__rate_interval]))', '{{subject}}']],
      },
      {
        title: 'Requests that failed',
        unit: 'reqps',
        queries: [
          [
            'sum by (subject, outcome) (rate(strowger_bus_answers_total{outcome!="ok"}[$__rate_interval]))',
            '{{subject}} {{outcome}}',
          ],
        ],
      },
      {
        title: 'Time to answer, 99 of 100',
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.99, sum by (le, subject) (rate(strowger_bus_answer_seconds_bucket[$__rate_interval])))',
            '{{subject}}',
          ],
        ],
      },
      {
        title: 'Events that wait in the outbox',
        unit: 'short',
        queries: [['sum by (service) (strowger_outbox_backlog_rows)', '{{service}}']],
      },
      {
        title: 'REST',
        unit: 'reqps',
        queries: [['sum by (status) (rate(strowger_rest_answers_total[$__rate_interval]))', '{{status}}']],
      },
      {
        title: 'REST, 99 of 100',
        unit: 's',
        queries: [
          [
            'histogram_quantile(0.99, sum by (le) (rate(strowger_rest_answer_seconds_bucket[$__rate_interval])))',
            'all operations',
          ],
        ],
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [['strowger_process_resident_memory_bytes', '{{service}} {{instance}}']],
      },
      {
        title: 'CPU',
        unit: 'percentunit',
        queries: [['rate(strowger_process_cpu_seconds_total[$__rate_interval])', '{{service}} {{instance}}']],
      },
      {
        title: 'Longest wait of the event loop',
        unit: 's',
        queries: [['strowger_event_loop_lag_seconds', '{{service}} {{instance}}']],
      },
      {
        title: 'NATS',
        unit: 'short',
        queries: [['strowger_bus_up', '{{service}} {{instance}}']],
      },
    ],
  },
]

const width = 8
const height = 8
const columns = 24

/** deploy/monitoring/grafana-dashboard.json */
export function dashboardFile(): string {
  const panels: object[] = []
  let y = 0
  for (const row of rows) {
    panels.push({ type: 'row', title: row.title, collapsed: false, gridPos: { x: 0, y, w: columns, h: 1 }, panels: [] })
    y += 1
    for (const [index, { title, unit, queries }] of row.panels.entries()) {
      const perLine = columns / width
      panels.push({
        type: 'timeseries',
        title,
        datasource: { type: 'prometheus', uid: '${datasource}' },
        gridPos: { x: (index % perLine) * width, y: y + Math.floor(index / perLine) * height, w: width, h: height },
        fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10, showPoints: 'never' } }, overrides: [] },
        options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
        targets: queries.map(([expr, legendFormat], target) => ({
          refId: String.fromCharCode('A'.charCodeAt(0) + target),
          expr,
          legendFormat,
        })),
      })
    }
    y += Math.ceil(row.panels.length / (columns / width)) * height
  }
  const document = {
    uid: 'strowger',
    title: 'Strowger',
    tags: ['strowger'],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }] },
    panels: panels.map((panel, index) => ({ id: index + 1, ...panel })),
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}
