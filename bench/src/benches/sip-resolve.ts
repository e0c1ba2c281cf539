import type { SipConfiguration } from '@strowger/schema'
import { createResolver, objectChanges, objectsOf } from '@strowger/sip'
import { count } from '../figure.ts'
import type { Section } from '../report.ts'

const tenant = '00000000-0000-4000-8000-000000000001'
const deepest = 5

function configuration(uuid: string, more: Partial<SipConfiguration>): SipConfiguration {
  const common = { tenant, revision: 1, operations: [], shared: false, at: '', templates: [], sections: {} }
  return { uuid, kind: 'endpoint', name: uuid, ...common, ...more }
}

/** A chain of templates as deep as is asked for, 12 options each, of which some override what is below. */
function templates(timeout: string): Map<string, SipConfiguration> {
  const found = new Map<string, SipConfiguration>()
  for (let depth = 0; depth < deepest - 1; depth++) {
    const options: [string, string][] = Array.from({ length: 10 }, (_, index) => ['set_var', `V${depth}${index}=1`])
    found.set(
      `template${depth}`,
      configuration(`template${depth}`, {
        kind: 'template',
        templates: depth === 0 ? [] : [`template${depth - 1}`],
        sections: {
          aor: [['max_contacts', String(depth + 1)]],
          endpoint: [
            ...options,
            ['language', 'en'],
            ...(depth === 0 ? [['rtp_timeout', timeout] as [string, string]] : []),
          ],
        },
      }),
    )
  }
  return found
}

function endpoint(index: number): SipConfiguration {
  const name = `endpoint${index}`
  return configuration(name, {
    // Every other one has its parents in another order: what was worked out for others helps no further.
    templates: index % 2 === 0 ? ['template3'] : [`template${index % 3}`, 'template3'],
    sections: {
      auth: [
        ['username', name],
        ['password', 'secret'],
      ],
      endpoint: [['callerid', `"${name}" <${index}>`]],
    },
  })
}

/** Resolving alone, and what a dry run of a template compares: in one process, no store. */
export function benchSipResolve(): Section {
  const store = templates('7200')
  const changed = templates('300')
  const many = Array.from({ length: 100_000 }, (_, index) => endpoint(index))
  const parts = { transportName: () => undefined, open: ({ value }: { value: string }) => value }

  const resolver = createResolver((uuid) => store.get(uuid))
  const begun = performance.now()
  let options = 0
  for (const one of many) options += resolver.resolve(one).sections.endpoint.length
  const resolvedMs = performance.now() - begun

  const [before, after] = [store, changed].map((from) => createResolver((uuid) => from.get(uuid)))
  const compared = performance.now()
  let different = 0
  for (const one of many.slice(0, 10_000)) {
    if (!before || !after) continue
    const was = objectsOf(one, before.resolve(one), parts)
    different += objectChanges(was, objectsOf(one, after.resolve(one), parts)).length
  }
  const comparedMs = performance.now() - compared
  return {
    title: 'SIP configurations',
    notes: ['packages/sip alone, in one process'],
    figures: [
      {
        what: `resolve ${count(many.length)} of depth ${deepest}, ${count(options)} options in effect`,
        ours: `${(resolvedMs / 1_000).toFixed(2)} s`,
      },
      {
        what: `impact of a template with 10,000 children, ${count(different)} objects differ`,
        ours: `${(comparedMs / 1_000).toFixed(2)} s`,
      },
    ],
  }
}
