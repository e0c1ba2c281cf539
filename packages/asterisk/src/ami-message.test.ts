import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AmiMessage, amiValue, createAmiDecoder, encodeAmiMessage } from './ami-message.ts'

const line = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\n\0]/g, '').replace(/^ /, ''))
const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/)
const message = fc.array(fc.tuple(key, line), { minLength: 1, maxLength: 8 })

describe('manager messages', () => {
  it('come out as they went in, in whatever pieces they arrive', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(40)), (messages, cuts) => {
        let text = `Asterisk Call Manager/11.0.0\r\n${messages.map(encodeAmiMessage).join('')}`
        const decode = createAmiDecoder()
        const decoded: AmiMessage[] = []
        for (const cut of cuts) {
          decoded.push(...decode(text.slice(0, cut)))
          text = text.slice(cut)
        }
        decoded.push(...decode(text))
        expect(decoded).toEqual(messages)
      }),
    )
  })

  it.each(['a\r\nAction: Originate', 'a\nb', 'a\0b'])('are not written with the value %j', (value) => {
    expect(() => encodeAmiMessage([['Variable', value]])).toThrow(RangeError)
    expect(() => encodeAmiMessage([[value, 'x']])).toThrow(RangeError)
  })

  it('have keys in any case, and the first of several values', () => {
    const [decoded = []] = createAmiDecoder()('RESPONSE: Success\r\nOutput: a\r\nOutput: b:c\r\n\r\n')
    expect(amiValue(decoded, 'Response')).toBe('Success')
    expect(decoded.filter(([name]) => name === 'Output').map(([, value]) => value)).toEqual(['a', 'b:c'])
  })

  it('are given up when one does not end', () => {
    const decode = createAmiDecoder()
    expect(() => {
      for (let piece = 0; piece < 2_000; piece++) decode(`Key: ${'x'.repeat(1_000)}\r\n`)
    }).toThrow('does not end')
  })
})
