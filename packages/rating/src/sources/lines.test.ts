import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LineFault } from '../record.ts'
import { CsvFault, csvField, splitCsvLine } from './csv-line.ts'
import { createLineReader, type LineEncoding } from './lines.ts'

function read(bytes: Uint8Array, pieceBytes: number, encoding: LineEncoding = 'utf-8') {
  const lines: [number, string][] = []
  const faults: LineFault[] = []
  const reader = createLineReader(
    { line: (text, number) => lines.push([number, text]), fault: (fault) => faults.push(fault) },
    encoding,
  )
  // As from a file: into one buffer, again and again.
  const buffer = Buffer.alloc(pieceBytes)
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    buffer.set(piece)
    reader.push(buffer.subarray(0, piece.length))
  }
  return { lines, faults, reader }
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('lines', () => {
  it('are the same in whatever pieces the bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ -~àèß€]{0,20}$/)),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('\n', '\r\n'),
        (texts, pieceBytes, end) => {
          const { lines, faults, reader } = read(bytesOf(texts.map((text) => text + end).join('')), pieceBytes)
          expect(lines).toEqual(texts.map((text, index) => [index + 1, text]).filter(([, text]) => text !== ''))
          expect(faults).toEqual([])
          expect(reader.line).toBe(texts.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('wait for their end, and are counted as consumed only then', () => {
    const { lines, reader } = read(bytesOf('one\ntwo'), 3)
    expect([lines, reader.consumedBytes]).toEqual([[[1, 'one']], 4])
    reader.push(bytesOf('!\n'))
    expect([lines.at(-1), reader.consumedBytes]).toEqual([[2, 'two!'], 9])
    reader.push(bytesOf('last'))
    reader.end()
    expect(lines.at(-1)).toEqual([3, 'last'])
  })

  it('that are no UTF-8 or no text are refused one by one, with the place', () => {
    const bytes = Uint8Array.from([
      ...bytesOf('good\nb'),
      0xff,
      ...bytesOf('d\nfine\nz'),
      0,
      1,
      ...bytesOf('\n'),
      0xe8,
      10,
      ...bytesOf('end\n'),
    ])
    const { lines, faults } = read(bytes, 7)
    expect(lines.map(([, text]) => text)).toEqual(['good', 'fine', 'end'])
    expect(faults.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'is not UTF-8: byte 2'],
      [4, 'holds a control character: character 2'],
      [5, 'is not UTF-8: byte 1'],
    ])
    expect(faults[1]?.native).toBe('z\\x00\\x01')
    expect(read(Uint8Array.from([0xe8, 10]), 9, 'latin1').lines).toEqual([[1, 'è']])
  })

  it('of a gigabyte are refused without being kept, and the next goes on', () => {
    const piece = new Uint8Array(1 << 20).fill(65)
    const lines: string[] = []
    const faults: LineFault[] = []
    const reader = createLineReader({ line: (text) => lines.push(text), fault: (fault) => faults.push(fault) })
    reader.push(bytesOf('before\n'))
    const before = process.memoryUsage().arrayBuffers
    for (let count = 0; count < 1024; count += 1) reader.push(piece)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20)
    reader.push(bytesOf('\nafter\n'))
    expect(lines).toEqual(['before', 'after'])
    expect(faults).toMatchObject([{ line: 2, reason: 'the line is longer than 1 MiB' }])
    expect(faults[0]?.native.length).toBe(4096)
    expect(reader.consumedBytes).toBe(1024 * (1 << 20) + 14)
  })

  it('never fail, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, pieceBytes) => {
        const { lines, faults, reader } = read(bytes, pieceBytes)
        reader.end()
        expect(reader.consumedBytes).toBe(bytes.length)
        expect(lines.length + faults.length).toBeLessThanOrEqual(reader.line)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a line of CSV', () => {
  const split = (line: string, separator = ',') => {
    const fields: string[] = []
    return fields.slice(0, splitCsvLine(line, separator, fields))
  }

  it('has the fields it was written with', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z", ;]{0,8}$/), { minLength: 1 }),
        fc.constantFrom(',', ';'),
        (fields, separator) => {
          expect(split(fields.map((field) => csvField(field, separator)).join(separator), separator)).toEqual(fields)
        },
      ),
    )
    expect(split('a,,"b ""c"" d",')).toEqual(['a', '', 'b "c" d', ''])
    expect(split('')).toEqual([''])
  })

  it('says in which column a quote is wrong', () => {
    const columnOf = (line: string) => {
      try {
        split(line)
      } catch (error) {
        return error instanceof CsvFault ? [error.column, error.message] : error
      }
      return undefined
    }
    expect(columnOf('a,"b')).toEqual([2, 'the quote is not closed'])
    expect(columnOf('"a"b,c')).toEqual([1, '"b,c" stands behind the quote'])
  })
})
