export { type HeardDatagram, heardFrom } from './datagram.ts'
export { type DhcpListener, type HeardCounts, listenToDhcp } from './listener.ts'
export { type DhcpCommit, type DhcpReport, evidenceFrom } from './report.ts'
export { reportFromBody } from './server-report.ts'
