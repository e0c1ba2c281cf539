import { listDevices, normalizedMac } from '@strowger/schema'
import type { Client } from '../client.ts'
import { exitCodes, Failure } from '../failure.ts'

/** A device by its id, or by its mac in any usual form. */
export async function deviceId(client: Client, named: string): Promise<string> {
  return (await deviceOfMac(client, named)) ?? named
}

/** The device with this mac; undefined when what is named is no mac. */
async function deviceOfMac(client: Client, named: string): Promise<string | undefined> {
  const mac = normalizedMac(named)
  if (mac === undefined) return undefined
  const { items } = await client.call(listDevices, { mac, recurse: true, limit: 2 })
  const [only] = items
  if (only === undefined) throw new Failure(`There is no device with the mac ${mac}`, exitCodes.failed)
  return only.id
}
