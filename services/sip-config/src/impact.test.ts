import type { SipConfiguration } from '@strowger/schema'
import { createSeal, newSealKeyRing } from '@strowger/service'
import { expect, it } from 'vitest'
import { createConfigurationChecks } from './configuration-checks.ts'
import { createConfigurationWrites } from './configuration-writes.ts'
import { impactOf } from './impact.ts'
import { createLayer, type View } from './models.ts'
import { createPicture } from './picture.ts'
import { createSipSecrets } from './secrets.ts'

const tenant = '00000000-0000-4000-8000-000000000001'
const nothing: View = { get: () => undefined, values: () => [], by: () => [] }

function configuration(uuid: string, more: Partial<SipConfiguration>): SipConfiguration {
  const common = { tenant, revision: 1, operations: [], shared: false, at: '', templates: [], sections: {} }
  return { uuid, kind: 'endpoint', name: uuid, ...common, ...more }
}

it('a dry run of a template with 10,000 children checks and compares all of them in less than a second of CPU time', () => {
  const view = createLayer(nothing)
  const put = (document: SipConfiguration) => view.write({ kind: 'configuration', key: document.uuid, document })
  const seal = createSeal(newSealKeyRing())
  const secrets = createSipSecrets(seal)
  const options = Array.from({ length: 18 }, (_, n): [string, string] => ['set_var', `V${n}=1`])
  const top = configuration('top', { kind: 'template', sections: { endpoint: [...options, ['rtp_timeout', '7200']] } })
  put(top)
  put(configuration('middle', { kind: 'template', templates: ['top'], sections: { aor: [['max_contacts', '1']] } }))
  for (let index = 0; index < 10_000; index++) {
    const uuid = `phone${index}`
    const sections = secrets.sealed(
      uuid,
      {
        auth: [
          ['username', uuid],
          ['password', `secret ${index}`],
        ],
      },
      undefined,
    )
    put(configuration(uuid, { templates: ['middle'], sections }))
  }
  const picture = createPicture(view, secrets)
  const tenants = { get: () => undefined, values: () => [] }
  const writes = createConfigurationWrites({ checks: createConfigurationChecks({ tenants, secrets }), secrets })
  const measured = () => {
    const before = process.cpuUsage()
    const change = { endpoint_section_options: [...options, ['rtp_timeout', '300'] as [string, string]] }
    const after = writes.preview(view, top, change, picture)
    const endpoints = picture.dependents('top').map(({ uuid }) => uuid)
    const impact = impactOf(endpoints, picture, after)
    const { user, system } = process.cpuUsage(before)
    return { impact, milliseconds: (user + system) / 1_000 }
  }
  // The first one also compiles.
  const runs = [measured(), measured(), measured()]
  const impact = runs[0]?.impact
  expect(impact).toMatchObject({
    endpoint_count: 10_000,
    object_count: 10_000,
    options: [{ type: 'endpoint', option: 'rtp_timeout', before: ['7200'], after: ['300'], endpoints: 10_000 }],
  })
  expect(impact?.endpoints).toHaveLength(100)
  expect(Math.min(...runs.map(({ milliseconds }) => milliseconds))).toBeLessThan(1_000)
})
