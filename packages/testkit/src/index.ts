export { eventually } from './eventually.ts'
export { natsServerPath, startNats, type TestNats } from './nats.ts'
