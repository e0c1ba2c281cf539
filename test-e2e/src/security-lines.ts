import { readFileSync } from 'node:fs'
import { deviceAutocreated, requestsObserved, securityStream } from '@strowger/schema'
import type { House, HouseRecords } from '@strowger/testkit'

interface Observations {
  readonly producer: string
  readonly observations: readonly { number: number; address: string; file: string }[]
}

export interface SecurityAccount {
  /** Lines of the log: requests for a file that may hold credentials, by `<address> <file>`. */
  readonly requested: ReadonlyMap<string, number>
  /** Lines of devices made by a phone's asking. */
  readonly created: number
  readonly lines: number
  /** Differences between the stream and the log, in words. */
  readonly problems: readonly string[]
}

const requestLine = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] Sensitive file requested from (\S+): (\S+)$/
const createdLine =
  /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] New device created automatically from (\S+): ([0-9a-f]{32})$/

/** Reads the security log and holds it against the stream it is written from: nothing left out, nothing twice. */
export async function securityAccount(house: House, records: HouseRecords): Promise<SecurityAccount> {
  const problems: string[] = []
  const requested = new Map<string, number>()
  const created = new Map<string, number>()
  const lines = readFileSync(house.securityLog, 'utf8').trimEnd().split('\n')
  for (const line of lines) {
    const request = requestLine.exec(line)
    const creation = createdLine.exec(line)
    if (request) count(requested, `${request[1]} ${request[2]}`)
    else if (creation) count(created, `${creation[1]} ${creation[2]}`)
    else problems.push(`a line of another form: ${line}`)
  }

  const said = new Map<string, number>()
  const made = new Map<string, number>()
  const numbers = new Map<string, Set<number>>()
  for (const { subject, payload } of await records.messages(securityStream.name)) {
    if (payload === undefined) continue
    if (subject.startsWith(`${deviceAutocreated.subject}.`)) {
      const { address, device } = payload as { address: string; device: string }
      made.set(`${address} ${device}`, 1)
    } else if (subject.startsWith(`${requestsObserved.subject}.`)) {
      const { producer, observations } = payload as Observations
      for (const { number, address, file } of observations) {
        const seen = numbers.get(producer) ?? new Set()
        // Sent again because the acknowledgement was lost: the same number is the same request.
        if (!seen.has(number)) count(said, `${address} ${file}`)
        numbers.set(producer, seen.add(number))
      }
    }
  }
  for (const [producer, seen] of numbers) {
    const last = Math.max(...seen)
    if (last !== seen.size) problems.push(`${producer} numbered ${last} requests, the stream holds ${seen.size}`)
  }
  problems.push(...differences('requests', said, requested), ...differences('creations', made, created))
  return { requested, created: [...created.values()].reduce((sum, n) => sum + n, 0), lines: lines.length, problems }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function differences(what: string, stream: ReadonlyMap<string, number>, log: ReadonlyMap<string, number>): string[] {
  return [...new Set([...stream.keys(), ...log.keys()])].flatMap((key) => {
    const [streamCount, logCount] = [stream.get(key) ?? 0, log.get(key) ?? 0]
    return streamCount === logCount ? [] : [`${what} of ${key}: ${streamCount} in the stream, ${logCount} lines`]
  })
}
