import Type from 'typebox'
import { Address, Instant, Revision } from '../identity.ts'

const Count = (description: string, minimum = 1) => Type.Integer({ minimum, maximum: 100_000_000, description })

/** What an administrator may write of the limits; those of the whole installation, not of a tenant. */
export const FloodLimitsInput = Type.Partial(
  Type.Object({
    newPhonesPerSource: Count(
      'How many unknown phones of one source (IPv4 address, IPv6 /64) may become devices at once',
    ),
    newPhonesPerSourcePerHour: Count('… and how many in an hour in the long run'),
    newPhones: Count('How many unknown phones of all sources may become devices at once'),
    newPhonesPerHour: Count('… and how many in an hour in the long run'),
    expireAfterDays: Type.Integer({
      minimum: 0,
      maximum: 3_650,
      description:
        'Days after which a device nobody has claimed or configured is forgotten when its phone no longer asks; 0: never',
    }),
    banMode: Type.Enum(['off', 'observe', 'enforce'], {
      description: 'observe: who would be banned is only reported; enforce: banned on all replicas',
    }),
    banFindTimeS: Type.Integer({
      minimum: 10,
      maximum: 86_400,
      description: 'Seconds within which requests of a source count together',
    }),
    banTimeS: Type.Integer({ minimum: 10, maximum: 31_536_000, description: 'Seconds a ban lasts' }),
    banMaxRefused: Count('Refused requests (wrong key, the file of another phone) within that time'),
    banMaxSensitive: Count(
      'Requests for files that may hold credentials within that time, from an address of no known phone',
    ),
    banMaxNew: Count('New phones within that time, from which on an address no longer counts as that of known phones'),
    banIgnore: Type.Array(Type.String({ maxLength: 49, pattern: '^[0-9a-fA-F.:]+(?:/[0-9]{1,3})?$' }), {
      maxItems: 1_000,
      description: 'Addresses and networks (192.0.2.0/24) that are never banned by themselves',
    }),
  }),
)
export type FloodLimitsInput = Type.Static<typeof FloodLimitsInput>

/** How much may come from outside before it is held back. */
export const FloodLimits = Type.Object({
  revision: Revision,
  ...Type.Required(FloodLimitsInput).properties,
})
export type FloodLimits = Type.Static<typeof FloodLimits>

/**
 * A site of 1,000 new phones behind one address starts without waiting, ten such sites at once, too; and it is not banned
 * for it: banMaxNew is above newPhonesPerSource, so that who goes on trying beyond what becomes devices is.
 */
export const defaultFloodLimits: FloodLimits = {
  revision: 0,
  newPhonesPerSource: 1_000,
  newPhonesPerSourcePerHour: 600,
  newPhones: 10_000,
  newPhonesPerHour: 6_000,
  expireAfterDays: 30,
  banMode: 'enforce',
  banFindTimeS: 600,
  banTimeS: 3_600,
  banMaxRefused: 20,
  banMaxSensitive: 100,
  banMaxNew: 1_100,
  banIgnore: [],
}

/** A source that went beyond the limits of bans, and what was done about it. */
export const Offender = Type.Object({
  address: Address,
  kind: Type.Enum(['refused', 'sensitive-file'], { description: 'Which requests were too many' }),
  count: Type.Integer({ minimum: 1, description: 'How many there were within the time' }),
  outcome: Type.Enum(['banned', 'would-have-banned', 'known-phones', 'ignored'], {
    description: 'known-phones: phones live there, so nothing was done; ignored: listed as never banned',
  }),
  at: Instant,
  times: Type.Integer({ minimum: 1, description: 'How often that has happened' }),
  firstAt: Instant,
})
export type Offender = Type.Static<typeof Offender>
