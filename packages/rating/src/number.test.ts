import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createNumberReader, type NumberRules } from './number.ts'

const italy: NumberRules = {
  country: 'IT',
  callingCode: '39',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  keepsNationalPrefix: true,
  shortNumbers: ['112', '118'],
}
const britain: NumberRules = {
  country: 'GB',
  callingCode: '44',
  internationalPrefixes: ['00'],
  nationalPrefix: '0',
  shortNumbers: ['999'],
}
const america: NumberRules = {
  country: 'US',
  callingCode: '1',
  internationalPrefixes: ['011'],
  nationalPrefix: '1',
  shortNumbers: ['911'],
}

const none = () => false
const read = (rules: NumberRules, text: string, isExtension: (digits: string) => boolean = none) => {
  const { kind, value } = createNumberReader(rules).read(text, isExtension)
  return `${kind} ${value}`
}

describe('a number', () => {
  it.each([
    ['+39 02 1234567', 'e164 39021234567'],
    ['0039021234567', 'e164 39021234567'],
    ['021234567', 'e164 39021234567'],
    ['3471234567', 'e164 393471234567'],
    ['00441632960000', 'e164 441632960000'],
    ['sip:00441632960000@gw;user=phone', 'e164 441632960000'],
    ['112', 'short IT:112'],
    ['1002', 'bad 1002'],
    ['anonymous', 'anonymous anonymous'],
    ['', 'anonymous anonymous'],
    ['tel:+39-02-123.4567', 'e164 39021234567'],
    ['"Gatto, Mario" <sip:%2B39021234567@10.0.0.1>', 'e164 39021234567'],
    ['393471234567', 'e164 393471234567'],
    ['alice', 'alphanumeric alice'],
    ['*43', 'bad *43'],
    ['+', 'bad +'],
    ['+391234567890123456', 'bad +391234567890123456'],
    ['sip:%zz@gw', 'alphanumeric %zz'],
  ])('%s of Italy is %s', (text, wanted) => {
    expect(read(italy, text)).toBe(wanted)
  })

  it('goes by the country of its source', () => {
    expect(read(britain, '020 7946 0000')).toBe('e164 442079460000')
    expect(read(britain, '999')).toBe('short GB:999')
    expect(read(america, '(212) 555-0123')).toBe('e164 12125550123')
    expect(read(america, '12125550123')).toBe('e164 12125550123')
    expect(read(america, '011442079460000')).toBe('e164 442079460000')
    expect(read({ ...america, areaCode: '212', subscriberDigits: 7 }, '5550123')).toBe('e164 12125550123')
    const russia = {
      ...italy,
      callingCode: '7',
      internationalPrefixes: ['810'],
      nationalPrefix: '8',
      keepsNationalPrefix: false,
    }
    expect(read(russia, '8~10 39 02 1234567'.replace('~', ''))).toBe('e164 39021234567')
    expect(read(russia, '84951234567')).toBe('e164 74951234567')
  })

  it('is an extension when the tenant has it, but never an emergency number', () => {
    expect(read(italy, '1002', () => true)).toBe('extension 1002')
    expect(read(italy, '112', () => true)).toBe('short IT:112')
    expect(read(italy, '*43', () => true)).toBe('extension *43')
  })

  it('is rewritten by the first rule that fits', () => {
    const rules = {
      ...italy,
      rewrites: [
        { prefix: '9999', strip: 4, prepend: '+' },
        { prefix: '9', minDigits: 5, strip: 1, prepend: '' },
      ],
    }
    expect(read(rules, '999939021234567')).toBe('e164 39021234567')
    expect(read(rules, '9021234567')).toBe('e164 39021234567')
    expect(read(rules, '9112')).toBe('bad 9112')
  })

  it('of any text has an answer, and an E.164 one has 3 to 15 digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ().-]{0,24}$/)), (text) => {
        const { kind, value } = createNumberReader(italy).read(text, none)
        if (kind === 'e164') expect(value).toMatch(/^\d{3,15}$/)
      }),
      { numRuns: 500 },
    )
  })
})
