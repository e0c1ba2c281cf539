import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConf } from './conf-file.ts'
import { type PjsipTextObject, pjsipText } from './pjsip-text.ts'

const objects: PjsipTextObject[] = [
  { type: 'aor', id: '1001', fields: [['max_contacts', '1']] },
  { type: 'transport', id: 'udp', fields: [['protocol', 'udp']] },
  {
    type: 'endpoint',
    id: '1001',
    fields: [
      ['set_var', 'A=1;2'],
      ['@mark', 'x'],
      ['aors', '1001'],
    ],
  },
]

describe('a pjsip.conf', () => {
  it('has the transports first and the objects of a name together, whatever the order they come in', () => {
    const text = pjsipText(objects)
    expect(text.slice(text.indexOf('\n') + 1)).toBe(
      '\n[udp]\ntype = transport\nprotocol = udp\n\n[1001]\ntype = endpoint\nset_var = A=1\\;2\naors = 1001\n\n[1001]\ntype = aor\nmax_contacts = 1\n',
    )
    expect(pjsipText([...objects].reverse())).toBe(text)
  })

  it('is read back as it was meant', () => {
    const value = fc.string({ minLength: 1 }).map((text) => `v${text.replace(/[\r\n\0\\]/g, '').trimEnd()}`)
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const fields = values.map((text) => ['set_var', text] as const)
        const [section] = readConf('x', pjsipText([{ type: 'endpoint', id: 'a', fields }])).sections
        expect(section?.entries.slice(1).map((entry) => entry.value)).toEqual(values)
      }),
      { numRuns: 200 },
    )
  })

  it('holds no value that would begin another line', () => {
    expect(() => pjsipText([{ type: 'endpoint', id: 'a', fields: [['context', 'a\n[b]']] }])).toThrow(RangeError)
  })
})
