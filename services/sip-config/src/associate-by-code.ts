import { type Device, type DeviceLines, Fault } from '@strowger/schema'
import { putOnDevice } from './handlers/line-associations.ts'
import type { View } from './models.ts'
import type { Phones } from './phones.ts'
import type { Ledgers } from './store/ledger.ts'

/** What somebody does who dials from a phone: there is no one but the phone to say who it was. */
export interface PhoneDialling {
  /**
   * Puts the line that has this six-digit code on the device.
   * @throws Fault `not-found`: no line has the code, or the device is another tenant’s; `in-use`: the line is on
   * another device; `conflict`: the device has a line at this position
   */
  associateByCode(code: string, device: string): Promise<{ line: number; tenant: string }>
  /** Takes all lines from a device, which returns to autoprov. Answers how many it had. */
  resetDevice(device: string): Promise<number>
}

export function createPhoneDialling(parts: {
  ledgers: Ledgers
  view: View
  devices: { get(id: string): Device | undefined }
  phones: Phones
}): PhoneDialling {
  const { ledgers, view, devices, phones } = parts
  const writer = { kind: 'system' } as const
  const actor = (device: string) => ({ actor: { kind: 'phone' as const, name: device } })

  return {
    async associateByCode(code, device) {
      const [line] = /^\d{6}$/.test(code) ? view.by('line of code', code) : []
      if (line === undefined) throw new Fault('not-found', { detail: 'No line has this code' })
      let changed: readonly DeviceLines[] = []
      await ledgers.write(
        writer,
        [line.tenant],
        (ledger) => putOnDevice(ledger, line.id, devices.get(device), device),
        (lines) => {
          changed = lines
        },
      )
      await phones.followAndFetch(changed, { ...actor(device), tenant: line.tenant })
      return { line: line.id, tenant: line.tenant }
    },
    async resetDevice(device) {
      const lines = view.by('line of device', device)
      let changed: readonly DeviceLines[] = []
      await ledgers.write(
        writer,
        lines.map(({ tenant }) => tenant),
        async (ledger) => {
          for (const { id } of lines) {
            const line = await ledger.locked('line', String(id))
            if (line?.device === device) await ledger.update('line', line, { device_id: null })
          }
        },
        (told) => {
          changed = told
        },
      )
      await phones.followAndFetch(changed, actor(device))
      return lines.length
    },
  }
}
