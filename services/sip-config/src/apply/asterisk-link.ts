import {
  type AmiClient,
  amiValue,
  createAmiClient,
  createDynamicObjects,
  createHttpPipeline,
  type DynamicObjects,
} from '@strowger/asterisk'
import type { Clock, Log } from '@strowger/service'

/** How one Asterisk is reached. */
export interface AsteriskAddress {
  /** As configurations name it in `asterisk_id`. */
  readonly id: string
  /** As `http://127.0.0.1:8088`. */
  readonly ariUrl: string
  readonly ariUsername: string
  readonly ariPassword: string
  readonly amiHost: string
  readonly amiPort: number
  readonly amiUsername: string
  readonly amiSecret: string
}

/** The connections to one Asterisk. */
export interface AsteriskLink {
  readonly ami: AmiClient
  /** For what somebody waits for. */
  readonly urgent: DynamicObjects
  /** For much; they do not stand in the way of the other. Asterisk works for each connection on its own. */
  readonly bulk: readonly DynamicObjects[]
  close(): void
}

const bulkConnections = 2

/** Connects; `onBooted` is called whenever Asterisk is there, fully booted, after it was not. */
export function connectAsterisk(
  address: AsteriskAddress,
  parts: { clock: Clock; log: Log; onBooted: () => void },
): AsteriskLink {
  const { clock, log, onBooted } = parts
  const url = new URL(address.ariUrl)
  const isTls = url.protocol === 'https:'
  const pipeline = () =>
    createHttpPipeline({
      host: url.hostname,
      port: Number(url.port) || (isTls ? 443 : 80),
      isTls,
      username: address.ariUsername,
      password: address.ariPassword,
      clock,
    })
  const urgent = pipeline()
  const bulk = Array.from({ length: bulkConnections }, pipeline)
  const ami = createAmiClient({
    host: address.amiHost,
    port: address.amiPort,
    username: address.amiUsername,
    secret: address.amiSecret,
    clock,
    log,
    // Sent when booting ends, and right after a log-in when it has ended before.
    onEvent: (event) => {
      if (amiValue(event, 'Event') === 'FullyBooted') onBooted()
    },
  })
  return {
    ami,
    urgent: createDynamicObjects(urgent),
    bulk: bulk.map((each) => createDynamicObjects(each)),
    close() {
      ami.close()
      for (const each of [urgent, ...bulk]) each.close()
    },
  }
}
