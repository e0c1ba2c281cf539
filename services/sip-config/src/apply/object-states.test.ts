import fc from 'fast-check'
import { expect, it } from 'vitest'
import { object } from '../../test/objects.ts'
import { createObjectStates } from './object-states.ts'
import { keyText } from './object-writer.ts'

const id = fc.constantFrom('a', 'b', 'c', 'd')
const version = fc.constantFrom('1', '2')
const some = (name: string, value: string) => object('aor', name, [['max_contacts', value]])
const step = fc.oneof(
  fc.record({ what: fc.constant('want' as const), id, version }),
  fc.record({ what: fc.constant('drop' as const), id, version }),
  fc.record({ what: fc.constant('learn' as const), id, version }),
  fc.record({ what: fc.constantFrom('none' as const, 'unknown' as const), id, version }),
  fc.record({ what: fc.constantFrom('restarted' as const, 'lost' as const), id, version }),
)

it('counts and names exactly what is not as it should be, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(id), fc.array(step, { maxLength: 30 }), (initial, steps) => {
      const states = createObjectStates(initial.map((name) => some(name, '1')))
      for (const { what, id: name, version: value } of steps) {
        const one = some(name, value)
        if (what === 'want') states.want([one], [])
        else if (what === 'drop') states.want([], [one])
        else if (what === 'learn') states.learn(keyText(one), one, 'print')
        else if (what === 'restarted') states.forget('none')
        else if (what === 'lost') states.forget('unknown')
        else states.learn(keyText(one), what)
        const keys = ['a', 'b', 'c', 'd'].map((each) => `aor/${each}`).filter((key) => !states.isSettled(key))
        const { changed, removed } = states.unsettled()
        expect([...changed, ...removed].map(keyText).sort()).toEqual(keys)
        expect(states.unsettledCount).toBe(keys.length)
        expect(changed.map(keyText)).toEqual(changed.map(keyText).filter((key) => states.wanted.has(key)))
      }
    }),
    { numRuns: 300 },
  )
})
