import { createPhone, type Phone } from '@strowger/testkit'
import { type DeviceAnswer, type RunningHouse, say } from './running-house.ts'

const macOf = (n: number) => `00:15:65:de:00:0${n}`
const site = [
  { mac: macOf(1), model: 'T46S', version: '66.86.0.15', address: '127.0.9.1', place: 'reception' },
  { mac: macOf(2), model: 'T42S', version: '66.86.0.15', address: '127.0.9.2', place: 'kitchen' },
  { mac: macOf(3), model: 'T54W', version: '96.86.0.100', address: '127.0.9.3', place: 'office' },
] as const

/** Three phones that nobody has configured ask for their files; the phone of the reception is given back. */
export async function bootSite({ ports, deviceOf }: RunningHouse): Promise<Phone> {
  const phones = site.map(({ place, ...phone }) => ({
    place,
    model: phone.model,
    phone: createPhone({ ports, ...phone }),
  }))
  say(`A site of ${phones.length} phones is switched on. Nobody has configured anything.`)
  for (const { place, phone, model } of phones) {
    const bytes = await phone.fetchHttp()
    say(`  ${place.padEnd(10)} a ${model} asks over HTTP for ${phone.file}: ${bytes.length} bytes`)
  }
  const [first] = phones
  if (first === undefined) throw new Error('there is no phone')
  const overTftp = await first.phone.fetchTftp()
  say(`  ${first.place.padEnd(10)} asks over TFTP, too: ${overTftp.length} bytes, the same`)
  say()
  say('They are devices now, known by what their requests have shown:')
  for (const { phone } of phones) say(`  ${shown(await deviceOf(phone))}`)
  return first.phone
}

export function shown({ mac, ip, vendor, model, version, plugin, status, rendered, fetched }: DeviceAnswer): string {
  const has = fetched === undefined ? 'has fetched nothing' : fetched.current ? 'has it' : `has ${fetched.revision}`
  return `${mac}  ${ip}  ${vendor} ${model} ${version}  ${plugin}  ${status}, revision ${rendered?.revision ?? '–'}, ${has}`
}
