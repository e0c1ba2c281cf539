import { listDevices, normalizedMac } from '@strowger/schema'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'

/** A device by its id, or by its mac in any usual form. */
export async function deviceId(client: Client, named: string): Promise<string> {
  return (await deviceOfMac(client, named)) ?? named
}

/** The device with this mac; undefined when what is named is no mac. */
async function deviceOfMac(client: Client, named: string): Promise<string | undefined> {
  const mac = macFrom(named)
  if (mac === undefined) return undefined
  const { items } = await client.call(listDevices, { mac, recurse: true, limit: 2 })
  const [only] = items
  if (only === undefined) throw new Failure(`There is no device with the mac ${mac}`, exitCodes.failed)
  return only.id
}

/** As people write it down, also `0015.6512.3456` and `00 15 65 12 34 56`; undefined when it is none. */
export function macFrom(text: string): string | undefined {
  return (
    normalizedMac(text) ??
    normalizedMac(
      /^[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}$|^[0-9a-f]{2}( [0-9a-f]{2}){5}$/i.test(text.trim())
        ? text.replaceAll(/[^0-9a-f]/gi, '')
        : '',
    )
  )
}
