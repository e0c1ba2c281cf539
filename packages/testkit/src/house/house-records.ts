import { connectionFromUrl, executeAsAdmin } from '@strowger/database'
import { catalogue } from '@strowger/schema'
import { connectTestBus, type TestBus } from '../test-bus.ts'
import type { House } from './start-house.ts'

/** What the house has written down, read past its services: tables as superuser, NATS as its operator. */
export interface HouseRecords {
  readonly bus: TestBus['bus']
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** Every message of a stream, first to last; those that are not JSON have no `payload`. */
  messages(stream: string): Promise<StoredEvent[]>
  /** Messages that a durable reader has not yet taken, by `<stream>/<reader>`. */
  pending(): Promise<Readonly<Record<string, number>>>
  /** Rows that no stream has taken yet, by schema. */
  outboxes(): Promise<Readonly<Record<string, number>>>
  /** Publishes bytes as they are, on any subject. */
  publish(subject: string, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface StoredEvent {
  readonly sequence: number
  readonly subject: string
  /** Nats-Msg-Id */
  readonly id: string | undefined
  readonly payload: unknown
}

/** NATS user of `make run` itself, which may do everything. */
const operator = 'strowger'

export async function openRecords(house: House): Promise<HouseRecords> {
  const { NATS_URL, NATS_PORT, DATABASE_URL, POSTGRES_PORT } = house.environment
  const { bus, close } = await connectTestBus(
    NATS_URL ?? `nats://127.0.0.1:${NATS_PORT}`,
    operator,
    NATS_URL === undefined ? { password: house.secret(`nats-${operator}`) } : {},
  )
  const password = () => encodeURIComponent(house.secret('postgres-password'))
  const database = () =>
    connectionFromUrl(DATABASE_URL ?? `postgres://postgres:${password()}@127.0.0.1:${POSTGRES_PORT}/strowger`)
  const sql: HouseRecords['sql'] = (text, values) => executeAsAdmin(database(), text, values)

  async function jetStream<Answer>(verb: string, body: object = {}): Promise<Answer> {
    const bytes = Buffer.from(JSON.stringify(body))
    const { data } = await bus.connection.ask(`$JS.API.${verb}`, bytes, { timeoutMs: 5_000 })
    return JSON.parse(Buffer.from(data).toString()) as Answer
  }

  return {
    bus,
    sql,
    async messages(stream) {
      const { state } = await jetStream<{ state: { first_seq: number; last_seq: number } }>(`STREAM.INFO.${stream}`)
      const found: StoredEvent[] = []
      for (let sequence = state.first_seq; sequence <= state.last_seq; sequence += 1) {
        const { message } = await jetStream<{ message?: RawMessage }>(`STREAM.MSG.GET.${stream}`, { seq: sequence })
        if (message !== undefined) found.push(storedEvent(sequence, message))
      }
      return found
    },
    async pending() {
      const counts: Record<string, number> = {}
      for (const { name } of catalogue.streams) {
        const { consumers } = await jetStream<{ consumers: ConsumerInfo[] | null }>(`CONSUMER.LIST.${name}`)
        for (const consumer of consumers ?? []) {
          if (consumer.config.durable_name === undefined) continue
          counts[`${name}/${consumer.name}`] = consumer.num_pending + consumer.num_ack_pending
        }
      }
      return counts
    },
    async outboxes() {
      const schemas = await sql<{ name: string }>(
        `select table_schema as name from information_schema.tables where table_name = 'outbox' order by 1`,
      )
      const counts: Record<string, number> = {}
      for (const { name } of schemas) {
        const [row] = await sql<{ count: string }>(`select count(*) from "${name}".outbox`)
        counts[name] = Number(row?.count)
      }
      return counts
    },
    async publish(subject, bytes) {
      bus.connection.nats.publish(subject, bytes)
      await bus.flush()
    },
    close,
  }
}

interface RawMessage {
  readonly subject: string
  readonly hdrs?: string
  readonly data?: string
}

interface ConsumerInfo {
  readonly name: string
  readonly config: { readonly durable_name?: string }
  readonly num_pending: number
  readonly num_ack_pending: number
}

function storedEvent(sequence: number, { subject, hdrs = '', data = '' }: RawMessage): StoredEvent {
  const id = /^Nats-Msg-Id: *(.*?)\r?$/m.exec(Buffer.from(hdrs, 'base64').toString())?.[1]
  let payload: unknown
  try {
    payload = JSON.parse(Buffer.from(data, 'base64').toString())
  } catch {
    payload = undefined
  }
  return { sequence, subject, id, payload }
}
