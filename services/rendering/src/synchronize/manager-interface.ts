import { type AmiClient, createAmiClient } from '@strowger/asterisk'
import { Fault } from '@strowger/schema'
import type { Clock, Log } from '@strowger/service'

/** Asterisk’s manager interface, reached when it is needed. */
export interface ManagerInterface {
  /** Fault `conflict` naming the settings that are missing. */
  checkConfigured(): void
  /** Connects, lets `work` use the connection, and closes it. Fault `unavailable` saying why there is none. */
  during<Result>(signal: AbortSignal, work: (ami: AmiClient) => Promise<Result>): Promise<Result>
}

const connectWithinMs = 10_000
const lookEveryMs = 50

export function createManagerInterface(
  settings: {
    readonly AMI_HOST?: string | undefined
    readonly AMI_PORT: number
    readonly AMI_USERNAME?: string | undefined
    readonly AMI_SECRET?: string | undefined
  },
  { clock, log }: { clock: Clock; log: Log },
): ManagerInterface {
  const { AMI_HOST: host, AMI_PORT: port, AMI_USERNAME: username, AMI_SECRET: secret } = settings

  function credentials() {
    const missing = [
      ...(host === undefined ? ['AMI_HOST'] : []),
      ...(username === undefined ? ['AMI_USERNAME'] : []),
      ...(secret === undefined ? ['AMI_SECRET_FILE'] : []),
    ]
    if (host === undefined || username === undefined || secret === undefined) {
      throw new Fault('unavailable', {
        detail: `Phones are told by Asterisk’s manager interface, and rendering has no setting ${missing.join(', ')}`,
      })
    }
    return { host, username, secret }
  }

  return {
    checkConfigured: () => void credentials(),
    async during(signal, work) {
      const ami = createAmiClient({ ...credentials(), port, clock, log })
      try {
        const endMs = clock.monotonicMs() + connectWithinMs
        while (!ami.connected) {
          if (clock.monotonicMs() > endMs) {
            throw new Fault('unavailable', {
              detail: `Asterisk’s manager interface at ${host}:${port}: ${ami.problem ?? 'no connection'}`,
            })
          }
          await clock.sleep(lookEveryMs, signal)
        }
        return await work(ami)
      } finally {
        ami.close()
      }
    },
  }
}
