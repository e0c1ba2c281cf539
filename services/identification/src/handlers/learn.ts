import type { Bus } from '@strowger/bus'
import { type Device, learn } from '@strowger/schema'
import type { PhoneRegistry } from '../phone-registry.ts'
import type { Recognition } from '../recognition.ts'
import type { Sightings } from '../sightings.ts'

/**
 * DHCP tells of a client: the device that it is gets this address and whatever of itself was not known; an unknown
 * phone becomes a device, committed before the answer. DHCP serves other machines besides: what no plugin takes for a
 * phone becomes nothing. No setting turns this off.
 */
export function answerLearn(
  bus: Bus,
  parts: { recognition: Recognition; registry: PhoneRegistry; sightings: Sightings },
): void {
  const { recognition, registry, sightings } = parts

  bus.reply(
    learn,
    async ({ evidence, origin }) => {
      const { address } = evidence
      const found = recognition.identify(evidence)
      const known = registry.find(found, address)
      if (known !== undefined) {
        sightings.note(known)
        const told = origin === 'server' ? address : addressAfterHearsay(registry.present(known), address)
        registry.observe(known, found, told, { proof: 'dhcp' })
        return { outcome: 'known', device: known.id }
      }
      if (found.vendor === undefined || found.mac === undefined) {
        if (origin === 'server') registry.vacate(address)
        return { outcome: 'not-a-phone' }
      }
      const device = await registry.create(found, address, { isProved: origin === 'server' })
      return { outcome: 'created', device: device.id }
    },
    { concurrency: 256 },
  )

  /** Whoever is on the phones’ network can send such a datagram: it moves no device whose address is to be trusted. */
  function addressAfterHearsay(device: Device, address: string): string {
    const { addressChange, keys } = registry.policyOf(device.tenant)
    const mayMove = device.ip === undefined || (addressChange === 'allow' && keys === 'off')
    return mayMove ? address : (device.ip ?? address)
  }
}
