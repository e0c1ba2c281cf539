import type { Bucket, Bus, ReadModel } from '@strowger/bus'
import { type Ban, createBan, deleteBan, Fault, listBans, type Offender, reportBans } from '@strowger/schema'
import type { Clock } from '@strowger/service'

/** Bans live in their bucket alone: every replica holds it in memory, and an entry whose time has come counts no more. */
export function answerBans(
  bus: Bus,
  parts: { bans: ReadModel<Ban>; offenders: ReadModel<Offender>; bucket: Bucket<Ban>; clock: Clock },
): void {
  const { bans, offenders, bucket, clock } = parts
  const active = () => [...bans.values()].filter((ban) => Date.parse(ban.until) > clock.now())

  bus.reply(listBans, async ({ limit = 100, offset = 0 }) => {
    const all = active().sort((a, b) => a.until.localeCompare(b.until))
    return { items: all.slice(offset, offset + limit), total: all.length }
  })

  bus.reply(reportBans, async ({ limit = 100, offset = 0 }) => {
    const all = [...offenders.values()].sort((a, b) => b.at.localeCompare(a.at))
    return { items: all.slice(offset, offset + limit), total: all.length }
  })

  bus.reply(createBan, async ({ ban }, call) => {
    const entry: Ban = {
      address: ban.address,
      reason: ban.reason ?? 'banned by hand',
      until: new Date(clock.now() + (ban.durationS ?? 600) * 1_000).toISOString(),
      by: call.context.actor.name,
    }
    await bucket.put(ban.address, entry)
    return entry
  })

  bus.reply(deleteBan, async ({ address }) => {
    if (!active().some((ban) => ban.address === address)) throw new Fault('not-found')
    await bucket.delete(address)
    return {}
  })
}
