import type { Bucket, Bus, ReadModel } from '@strowger/bus'
import {
  type Ban,
  createBan,
  deleteBan,
  Fault,
  listBans,
  type Offender,
  pageOf,
  reportBans,
  rootTenantId,
} from '@strowger/schema'
import type { Clock } from '@strowger/service'

/** Bans live in their bucket alone: every replica holds it in memory, and an entry whose time has come counts no more. */
export function answerBans(
  bus: Bus,
  parts: { bans: ReadModel<Ban>; offenders: ReadModel<Offender>; bucket: Bucket<Ban>; clock: Clock },
): void {
  const { bans, offenders, bucket, clock } = parts
  const active = () => [...bans.values()].filter((ban) => Date.parse(ban.until) > clock.now())

  bus.reply(listBans, async (query, { context }) => {
    refuseOthers(context)
    return pageOf(active(), query, {
      texts: ({ address, reason, by }) => [address, reason, by],
      by: { until: ({ until }) => until, address: ({ address }) => address },
      id: ({ address }) => address,
    })
  })

  bus.reply(reportBans, async ({ outcome, ...query }, { context }) => {
    refuseOthers(context)
    const all = [...offenders.values()].filter((offender) => outcome === undefined || offender.outcome === outcome)
    return pageOf(all, query, {
      texts: ({ address, kind }) => [address, kind],
      by: { at: ({ at }) => at, address: ({ address }) => address, count: ({ count }) => count },
      id: ({ address }) => address,
      usually: 'desc',
    })
  })

  bus.reply(createBan, async ({ ban }, call) => {
    refuseOthers(call.context)
    const entry: Ban = {
      address: ban.address,
      reason: ban.reason ?? 'banned by hand',
      until: new Date(clock.now() + (ban.durationS ?? 600) * 1_000).toISOString(),
      by: call.context.actor.name,
    }
    await bucket.put(ban.address, entry)
    return entry
  })

  bus.reply(deleteBan, async ({ address }, { context }) => {
    refuseOthers(context)
    if (!active().some((ban) => ban.address === address)) throw new Fault('not-found')
    await bucket.delete(address)
    return {}
  })
}

/** A ban is of the whole installation: a tenant’s administrator must not shut out the phones of others. */
function refuseOthers({ tenant }: { readonly tenant?: string | undefined }): void {
  if (tenant === undefined || tenant === rootTenantId) return
  throw new Fault('forbidden', { detail: 'Bans are of the whole installation: ask for the root tenant' })
}
