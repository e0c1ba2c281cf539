import { describe, expect, it } from 'vitest'
import { type ObjectStep, stepsToChange } from './object-change.ts'

const defaults = new Map([
  ['max_contacts', '0'],
  ['qualify_frequency', '0'],
  ['realm', ''],
  ['contact', ''],
])
const verbs = (steps: readonly ObjectStep[]) => steps.map(({ verb }) => verb).join(' ')

describe('changing an object', () => {
  it('makes endpoints and identifies anew, because Asterisk cannot rebuild its copy of every one', () => {
    for (const type of ['endpoint', 'identify']) {
      expect(verbs(stepsToChange(type, [['context', 'a']], [['context', 'b']], defaults))).toBe('delete put')
      expect(verbs(stepsToChange(type, 'unknown', [['context', 'b']], defaults))).toBe('delete put')
    }
  })

  it('never deletes the aor of a phone, whose contacts would go with it', () => {
    const wants = [['max_contacts', '2']] as const
    const had = [
      ['max_contacts', '1'],
      ['qualify_frequency', '60'],
    ] as const
    expect(stepsToChange('aor', had, wants, defaults)).toEqual([
      {
        verb: 'put',
        fields: [
          ['qualify_frequency', '0'],
          ['max_contacts', '2'],
        ],
      },
    ])
    expect(verbs(stepsToChange('aor', 'unknown', wants, defaults))).toBe('put')
  })

  it('does not send static contacts that are there, and makes the aor anew when they change', () => {
    const has = [['contact', 'sip:a']] as const
    const steps = stepsToChange('aor', has, [...has, ['max_contacts', '1']], defaults)
    expect(steps).toEqual([{ verb: 'put', fields: [['max_contacts', '1']] }])
    expect(verbs(stepsToChange('aor', has, [['contact', 'sip:b']], defaults))).toBe('delete put')
    expect(verbs(stepsToChange('aor', has, [], defaults))).toBe('delete put')
  })

  it('changes a password in place, without a moment in which there is none', () => {
    const had = [
      ['password', 'old'],
      ['realm', 'r'],
    ] as const
    expect(stepsToChange('auth', had, [['password', 'new']], defaults)).toEqual([
      {
        verb: 'put',
        fields: [
          ['realm', ''],
          ['password', 'new'],
        ],
      },
    ])
  })

  it('leaves no old digest of a password valid', () => {
    const has = [['password_digest', 'MD5:a']] as const
    expect(verbs(stepsToChange('auth', has, [['password', 'x']], defaults))).toBe('delete put')
    expect(verbs(stepsToChange('auth', [], has, defaults))).toBe('delete put')
    expect(verbs(stepsToChange('auth', 'unknown', [['password', 'x']], defaults))).toBe('delete put')
  })

  it('creates what is not there, and deletes what is', () => {
    expect(verbs(stepsToChange('aor', 'none', [['max_contacts', '1']], defaults))).toBe('put')
    expect(stepsToChange('aor', 'none', undefined, defaults)).toEqual([])
    expect(verbs(stepsToChange('aor', 'unknown', undefined, defaults))).toBe('delete')
  })
})
