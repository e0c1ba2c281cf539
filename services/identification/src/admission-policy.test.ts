import { type Device, defaultPolicy, type Policy, rootTenantId } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { type AdmissionQuestion, admission, isOpen, type Shown } from './admission-policy.ts'

const hotel = '6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4'
const mac = '00:15:65:12:34:56'
const here = '192.0.2.10'
const elsewhere = '198.51.100.7'
const minute = 60_000
const hour = 60 * minute
const at = (ms: number) => new Date(ms).toISOString()

const phone: Device = { id: 'd1', tenant: hotel, revision: 1, mac, ip: here, added: 'auto', consentAt: at(0) }
/** Its first boot is open at `here` for ten minutes. */
const booting = { ...phone, firstBoot: { address: here, until: at(10 * minute) } }
const booted = { ...phone, firstBoot: { address: here, until: at(-minute) } }
const required = { keys: 'required' } as const

interface Row {
  policy?: Partial<Policy>
  shown?: Partial<Shown>
  device?: Device | undefined
  ask?: Partial<Omit<AdmissionQuestion, 'policy' | 'shown' | 'device'>>
}

function decided({ policy = {}, shown = {}, device, ask = {} }: Row): string {
  const tenant = device?.tenant ?? rootTenantId
  const verdict = admission({
    policy: { ...defaultPolicy, tenant, ...policy },
    device,
    tenant,
    mac,
    hasFetched: false,
    shown: { key: 'none', password: 'none', ...shown },
    transport: 'http',
    address: here,
    sensitive: true,
    nowMs: 0,
    ...ask,
  })
  if (verdict.kind === 'refused') return verdict.refusal ?? 'refused'
  const words = [verdict.proven ? 'proven' : 'admitted']
  if (verdict.untilMs !== undefined) words.push(`until ${verdict.untilMs / minute}`)
  if (verdict.begins) words.push(`begins ${verdict.begins.address}`)
  return words.join(', ')
}

describe('who is let in', () => {
  it.each<[string, Row, string]>([
    ['the defaults: everybody', { device: phone }, 'admitted'],
    ['an address in the list', { device: phone, policy: { allow: ['192.0.2.0/24'] } }, 'admitted'],
    ['an address not in the list', { device: phone, policy: { allow: ['198.51.100.0/24'] } }, 'refused'],
    ['… not even with its key', { device: phone, policy: { allow: ['::/0'] }, shown: { key: 'own' } }, 'refused'],

    ['keys offered: without', { device: phone, policy: { keys: 'offered' } }, 'admitted'],
    ['keys offered: its own', { device: phone, policy: { keys: 'offered' }, shown: { key: 'own' } }, 'proven'],
    ['keys offered: a wrong one', { device: phone, policy: { keys: 'offered' }, shown: { key: 'wrong' } }, 'wrong-key'],
    ['keys off: the key of another', { device: phone, shown: { key: 'wrong' } }, 'wrong-key'],
    [
      'keys: its own, from anywhere',
      { device: booted, policy: required, shown: { key: 'own' }, ask: { address: elsewhere } },
      'proven',
    ],
    ['keys: none, its first boot over', { device: booted, policy: required }, 'wrong-key'],
    [
      'keys: the tenant’s, its first boot over',
      { device: booted, policy: required, shown: { key: 'tenant' } },
      'wrong-key',
    ],
    [
      'keys: a former one, its first boot over',
      { device: booted, policy: required, shown: { key: 'former' } },
      'wrong-key',
    ],
    ['first boot: without a key', { device: booting, policy: required }, 'admitted, until 10'],
    [
      'first boot: with the tenant’s',
      { device: booting, policy: required, shown: { key: 'tenant' } },
      'admitted, until 10',
    ],
    [
      'first boot: with the root’s',
      { device: booting, policy: required, shown: { key: 'root' } },
      'admitted, until 10',
    ],
    [
      'first boot: with a former key',
      { device: booting, policy: required, shown: { key: 'former' } },
      'admitted, until 10',
    ],
    ['first boot: with another’s key', { device: booting, policy: required, shown: { key: 'wrong' } }, 'wrong-key'],
    [
      'first boot: from elsewhere',
      { device: booting, policy: required, shown: { key: 'tenant' }, ask: { address: elsewhere } },
      'wrong-key',
    ],
    [
      'first boot: at its last moment',
      { device: booting, policy: required, ask: { nowMs: 10 * minute - 1 } },
      'admitted, until 10',
    ],
    ['first boot: a moment later', { device: booting, policy: required, ask: { nowMs: 10 * minute } }, 'wrong-key'],
    [
      'first boot: with a replaced key in its grace',
      { device: booting, policy: required, shown: { key: 'tenant', keyUntilMs: minute } },
      'admitted, until 1',
    ],
    [
      'none begun: the tenant’s key begins it',
      { device: phone, policy: required, shown: { key: 'tenant' } },
      `admitted, until 10, begins ${here}`,
    ],
    ['none begun: no key', { device: phone, policy: required }, 'wrong-key'],
    ['none begun: the root’s key', { device: phone, policy: required, shown: { key: 'root' } }, 'wrong-key'],
    [
      'none begun, root: no key begins it',
      { device: { ...phone, tenant: rootTenantId }, policy: required },
      `admitted, until 10, begins ${here}`,
    ],
    [
      'none begun, had its files: from where it was',
      { device: phone, policy: required, shown: { key: 'tenant' }, ask: { hasFetched: true } },
      `admitted, until 10, begins ${here}`,
    ],
    [
      'none begun, had its files: from elsewhere',
      { device: phone, policy: required, shown: { key: 'tenant' }, ask: { hasFetched: true, address: elsewhere } },
      'wrong-key',
    ],
    ['unknown, plug and play', { policy: required }, `admitted, until 10, begins ${here}`],
    [
      'unknown, with the key of a tenant',
      { policy: required, shown: { key: 'tenant' }, ask: { tenant: hotel } },
      `admitted, until 10, begins ${here}`,
    ],
    ['unknown, with a wrong key', { policy: required, shown: { key: 'wrong' } }, 'wrong-key'],

    ['password: its own', { device: booted, policy: { basicAuth: 'required' }, shown: { password: 'own' } }, 'proven'],
    ['password: none', { device: booted, policy: { basicAuth: 'required' } }, 'password-needed'],
    [
      'password: a wrong one',
      { device: booted, policy: { basicAuth: 'required' }, shown: { password: 'wrong' } },
      'wrong-password',
    ],
    ['password: by its first boot', { device: booting, policy: { basicAuth: 'required' } }, 'admitted, until 10'],
    [
      'password: not needed',
      { device: booted, policy: { basicAuth: 'offered' }, shown: { password: 'wrong' } },
      'admitted',
    ],
    [
      'password and key: only the key',
      { device: booted, policy: { ...required, basicAuth: 'required' }, shown: { key: 'own' } },
      'password-needed',
    ],
    [
      'password and key: only the password',
      { device: booted, policy: { ...required, basicAuth: 'required' }, shown: { password: 'own' } },
      'wrong-key',
    ],
    [
      'password, over TFTP',
      { device: booting, policy: { basicAuth: 'required' }, ask: { transport: 'tftp' } },
      'refused',
    ],
    [
      'password, over TFTP, a harmless file',
      { device: booted, policy: { basicAuth: 'required' }, ask: { transport: 'tftp', sensitive: false } },
      'admitted',
    ],
    [
      'key, over TFTP',
      { device: booted, policy: required, shown: { key: 'own' }, ask: { transport: 'tftp' } },
      'proven',
    ],
    [
      'no key, over TFTP',
      { device: booted, policy: required, ask: { transport: 'tftp', sensitive: false } },
      'wrong-key',
    ],

    [
      'certificate: its own',
      { device: booted, policy: { clientCertificate: 'required' }, shown: { certificateMac: mac } },
      'proven',
    ],
    ['certificate: none', { device: booting, policy: { clientCertificate: 'required' } }, 'refused'],
    [
      'certificate: another’s',
      { device: booted, policy: { clientCertificate: 'required' }, shown: { certificateMac: '00:15:65:99:99:99' } },
      'refused',
    ],
    [
      'certificate, over TFTP',
      { device: booted, policy: { clientCertificate: 'required' }, ask: { transport: 'tftp' } },
      'refused',
    ],
    [
      'certificate, over TFTP, a harmless file',
      { device: booted, policy: { clientCertificate: 'required' }, ask: { transport: 'tftp', sensitive: false } },
      'admitted',
    ],

    [
      'consent: within its hours',
      { device: phone, policy: { consentHours: 2 }, ask: { nowMs: hour } },
      'admitted, until 120',
    ],
    ['consent: run out', { device: phone, policy: { consentHours: 2 }, ask: { nowMs: 2 * hour } }, 'refused'],
    [
      'consent: run out, with its key',
      { device: phone, policy: { consentHours: 2 }, shown: { key: 'own' }, ask: { nowMs: 2 * hour } },
      'refused',
    ],
    [
      'consent: run out, a harmless file',
      { device: phone, policy: { consentHours: 2 }, ask: { nowMs: 2 * hour, sensitive: false } },
      'admitted',
    ],
    [
      'consent: renewed',
      { device: { ...phone, consentAt: at(hour) }, policy: { consentHours: 2 }, ask: { nowMs: 2 * hour } },
      'admitted, until 180',
    ],
    [
      'consent: of a device older than the rule',
      { device: phone, policy: { consentHours: 2, consentFrom: at(hour) }, ask: { nowMs: 2 * hour } },
      'admitted, until 180',
    ],
    [
      'two limits: the earlier one',
      { device: booting, policy: { ...required, consentHours: 1 } },
      'admitted, until 10',
    ],
  ])('%s', (_name, row, expected) => {
    expect(decided(row)).toBe(expected)
  })

  it('is everybody only by the defaults of all that restricts', () => {
    const policy = { ...defaultPolicy, tenant: hotel }
    expect(isOpen({ ...policy, nat: true, addressChange: 'refuse' })).toBe(true)
    const restricting = [
      required,
      { basicAuth: 'offered' },
      { clientCertificate: 'required' },
      { allow: ['::/0'] },
      { consentHours: 1 },
    ]
    for (const more of restricting) expect(isOpen({ ...policy, ...more } as Policy)).toBe(false)
  })
})
