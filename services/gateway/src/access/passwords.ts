import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { Fault } from '@strowger/schema'

/** OWASP’s second choice for argon2id: 19 MiB, two passes, one lane; about 25 ms here. */
const parameters = { algorithm: 2 satisfies Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Each takes a thread and 19 MiB: the service must go on answering while somebody tries passwords. */
const maxAtOnce = 2
const maxWaiting = 32

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long for a log-in that does not exist (`stored` undefined) as for a wrong password. */
  verify(stored: string | undefined, password: string): Promise<boolean>
}

/** Argon2id (RFC 9106), two at a time. Fault `too-many-requests` when many wait already. */
export function createPasswords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []
  let decoy: Promise<string> | undefined

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= maxAtOnce) {
      if (waiting.length >= maxWaiting) throw new Fault('too-many-requests', { detail: 'Too many log-ins at once' })
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  const hashInTurn = (password: string) => inTurn(() => hash(password, parameters))

  return {
    hash: hashInTurn,
    async verify(stored, password) {
      decoy ??= hashInTurn('nobody')
      const against = stored ?? (await decoy)
      const matches = await inTurn(() => verify(against, password))
      return matches && stored !== undefined
    },
  }
}
