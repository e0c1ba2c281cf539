import type { Phone } from '@strowger/testkit'
import { shown } from './boot.ts'
import { type RunningHouse, say, until } from './running-house.ts'

/** A SIP line is put on the phone: its file has the account. Gives what takes the line away again. */
export async function associateLine({ rest, deviceOf }: RunningHouse, phone: Phone): Promise<() => Promise<void>> {
  const device = await deviceOf(phone)
  const held = await rest<{ items: { line_id: number }[] }>('GET', `/devices/${device.id}/lines`)
  const takeAway = async (line: number) => {
    await rest('DELETE', `/lines/${line}/devices/${device.id}`)
    await rest('DELETE', `/lines/${line}?recursive=true`)
  }
  for (const { line_id } of held.items) await takeAway(line_id)
  const name = `demo-${Date.now().toString(36)}`
  const line = await rest<{ id: number; provisioning_code: string }>('POST', '/lines', {
    context: 'default',
    endpoint_sip: {
      name,
      auth_section_options: [
        ['username', name],
        ['password', 'demo-password'],
      ],
    },
    extensions: [{ exten: '1001' }],
  })
  say()
  say(`The reception is given the line ${line.id}: PUT /api/v1/lines/${line.id}/devices/${device.id}`)
  say(`  (whoever stands before an unconfigured phone dials its code instead: ${line.provisioning_code})`)
  await rest('PUT', `/lines/${line.id}/devices/${device.id}`)
  await until(async () => (await phone.fetchHttp()).includes(`account.1.auth_name = ${name}`))
  say(`  it asks again, and its file says account.1.auth_name = ${name}`)
  // What it was before counts as current until the change is recorded: both must be there.
  await until(async () => {
    const { status, fetched } = await deviceOf(phone)
    return status === 'configured' && fetched?.current === true
  })
  say(`  ${shown(await deviceOf(phone))}`)
  return () => takeAway(line.id)
}
