import type { Metrics } from '@strowger/service'
import type { TftpStats } from '@strowger/tftp'

/** What the TFTP server has counted, as metrics that are read when they are asked for. */
export function countTftp(metrics: Metrics, stats: () => TftpStats): void {
  const shown = (name: string, help: string, read: (counted: TftpStats) => number) =>
    metrics.observedGauge({ name: `phone_tftp_${name}`, help }, () => read(stats()))
  shown('transfers', 'Transfers over TFTP under way', ({ active }) => active)
  shown('requests_total', 'Requests for files over TFTP', ({ requests }) => requests)
  shown('sent_total', 'Files sent to their end over TFTP', ({ ended }) => ended.sent)
  shown('timed_out_total', 'Transfers whose client fell silent', ({ ended }) => ended['timed-out'])
  shown('displaced_total', 'Transfers nobody acknowledged, given up to make room', ({ displaced }) => displaced)
  shown('over_limit_total', 'Requests left unanswered as there was no room', ({ overLimit }) => overLimit)
  shown('malformed_total', 'Datagrams that are no TFTP', ({ malformed }) => malformed)
  shown('stray_total', 'Packets for no transfer', ({ stray }) => stray)
}
