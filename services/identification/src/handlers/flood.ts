import { isIP } from 'node:net'
import type { Bus } from '@strowger/bus'
import { type Database, personFrom } from '@strowger/database'
import {
  expireDevices,
  Fault,
  type FloodLimits,
  getFlood,
  isKnownAddress,
  listExpiring,
  plainAddress,
  rootTenantId,
  updateFlood,
} from '@strowger/schema'
import type { Expiry } from '../expiry.ts'
import type { NewPhones } from '../new-phones.ts'
import type { SourceStanding } from '../source-standing.ts'
import { writeFloodLimits } from '../store/flood-limits.ts'
import type { DevicesSchema } from '../store/tables.ts'

/** Limits are of the whole installation, so those who act for the root tenant read and write them. */
export function answerFlood(
  bus: Bus,
  parts: {
    database: Database<DevicesSchema>
    limits: () => FloodLimits
    applyLocal: (limits: FloodLimits) => void
    newPhones: NewPhones
    standing: SourceStanding
    expiry: Expiry
  },
): void {
  const { database, limits, applyLocal, newPhones, standing, expiry } = parts

  function personOfRoot(context: Parameters<typeof personFrom>[0]) {
    const person = personFrom(context)
    if (person.tenantId !== rootTenantId) throw new Fault('forbidden', { detail: 'Only the root tenant may do that' })
    return person
  }

  bus.reply(getFlood, async (_input, { context }) => {
    personOfRoot(context)
    return { ...limits(), state: newPhones.state() }
  })

  bus.reply(updateFlood, async ({ limits: change, ifRevision }, { context }) => {
    const writer = personOfRoot(context)
    checkNetworks(change.banIgnore ?? [])
    const written = await writeFloodLimits(database, writer, { limits: change, ifRevision })
    applyLocal(written)
    return { ...written, state: newPhones.state() }
  })

  bus.reply(listExpiring, async ({ unseenDays, ...query }, { context }) => {
    personOfRoot(context)
    const days = unseenDays ?? limits().expireAfterDays
    if (days === 0 && unseenDays === undefined) return { items: [], total: 0 }
    const { rows, total } = await expiry.list(days, query)
    const items = rows.map(({ id, mac, ip, vendor, model, created_at, seen_at }) => ({
      id,
      ...(mac === null ? {} : { mac }),
      ...(ip === null ? {} : { ip }),
      ...(vendor === null ? {} : { vendor }),
      ...(model === null ? {} : { model }),
      createdAt: created_at.toISOString(),
      seenAt: seen_at.toISOString(),
    }))
    return { items, total }
  })

  bus.reply(expireDevices, async ({ unseenDays, dryRun = false }, { context }) => {
    const writer = personOfRoot(context)
    const days = unseenDays ?? limits().expireAfterDays
    if (days === 0 && unseenDays === undefined) return { applied: !dryRun, devices: 0 }
    if (dryRun) return { applied: false, devices: (await expiry.list(days, { limit: 1 })).total }
    const devices = await expiry.expire(days, writer)
    if (devices === undefined) throw new Fault('conflict', { detail: 'It is being done at this moment' })
    return { applied: true, devices }
  })

  bus.reply(isKnownAddress, async ({ address }, { context }) => {
    // It tells of all tenants’ phones. Ingress asks for no tenant.
    if (context.tenant !== undefined) personOfRoot(context)
    const plain = plainAddress(address)
    if (isIP(plain) === 0) {
      throw new Fault('invalid-input', { fields: [{ field: '/address', problem: 'is not an IPv4 or IPv6 address' }] })
    }
    return { address: plain, ...standing.of(plain) }
  })
}

function checkNetworks(networks: readonly string[]): void {
  const fields = networks.flatMap((network, index) => {
    const [address = '', length] = network.split('/')
    const family = isIP(address)
    const isLength = length === undefined || Number(length) <= (family === 4 ? 32 : 128)
    return family !== 0 && isLength
      ? []
      : [{ field: `/limits/banIgnore/${index}`, problem: 'is no address or network, as 192.0.2.0/24' }]
  })
  if (fields.length > 0) throw new Fault('invalid-input', { detail: 'The limits cannot be stored', fields })
}
