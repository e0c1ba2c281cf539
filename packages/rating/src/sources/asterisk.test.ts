import { describe, expect, it } from 'vitest'
import { flagNames } from '../reason.ts'
import { asteriskCsv } from './asterisk-csv.ts'
import { asteriskCustom, columnsOf } from './asterisk-custom.ts'
import { asteriskEvent, asteriskTable } from './asterisk-rows.ts'
import { readAll, utc } from './read-for-tests.ts'

const rome = { zone: 'Europe/Rome' }
const dollar = '$'

interface Parts {
  start?: string
  answer?: string
  end?: string
  duration?: number
  billsec?: number
  disposition?: string
  more?: readonly string[]
}

function line({
  start = '2025-11-11 12:00:00',
  answer = '2025-11-11 12:00:05',
  end = '2025-11-11 12:01:05',
  duration = 65,
  billsec = 60,
  disposition = 'ANSWERED',
  more = [],
}: Parts = {}) {
  const fields = [
    'acct',
    '201',
    '3471234567',
    'from-internal',
    '"Mario ""M"" Gatto" <201>',
    'PJSIP/201-0000001a',
    'PJSIP/out-0000001b',
    'Dial',
    'PJSIP/out/347',
    start,
    answer,
    end,
  ]
  const quoted = fields.map((field) => (/^"/.test(field) ? `"""Mario ""M"" Gatto"" <201>"` : `"${field}"`))
  return [
    ...quoted,
    duration,
    billsec,
    `"${disposition}"`,
    '"DOCUMENTATION"',
    ...more.map((field) => (/^\d+$/.test(field) ? field : `"${field}"`)),
  ].join(',')
}

const id = '1762858800.26'
const linked = 'pbx-1762858800.20'

describe('Master.csv', () => {
  it.each([
    [16, [], undefined],
    [17, [id], id],
    [17, ['note to self'], undefined],
    [18, [id, 'note'], id],
    [19, ['peer', linked, '7'], undefined],
    [20, [id, 'peer', linked, '7'], id],
    [20, ['note', '', linked, '7'], undefined],
    [21, [id, '', '', linked, '7'], id],
  ])('of %i columns is read: %j', (_width, more, uniqueid) => {
    const { records, faults } = readAll(asteriskCsv, rome, `${line({ more })}\n`)
    expect(faults).toEqual([])
    expect(records[0]).toMatchObject({
      account: 'acct',
      caller: '201',
      called: '3471234567',
      context: 'from-internal',
      trunkIn: 'PJSIP/201',
      trunkOut: 'PJSIP/out',
      startMs: utc('2025-11-11 11:00:00'),
      answerMs: utc('2025-11-11 11:00:05'),
      endMs: utc('2025-11-11 11:01:05'),
      answeredMs: 60_000,
      isAnswered: true,
      link: more.length >= 3 ? linked : '',
      line: 1,
    })
    const key = records[0]?.key ?? ''
    if (uniqueid !== undefined && more.length >= 3) expect(key).toBe(`${uniqueid} 7`)
    else if (uniqueid !== undefined)
      expect(key).toBe(`${uniqueid} 2025-11-11 12:00:00 3471234567 PJSIP/out-0000001b 60`)
    else expect(key).toContain('PJSIP/201-0000001a')
    expect(records[0]?.native).toBe(line({ more }))
  })

  it('is refused, line by line, where a width leaves open what it holds', () => {
    const text = [
      line({ more: ['1762858800'] }),
      line({ more: [id] }),
      line({ more: ['a note'] }),
      line({ more: [id] }),
    ].join('\n')
    const { records, faults } = readAll(asteriskCsv, rome, text)
    expect(records.map(({ line: at }) => at)).toEqual([2, 4])
    expect(faults.map(({ line: at, column, reason }) => [at, column, reason.slice(0, 60).trim()])).toEqual([
      [1, 17, 'uniqueid: "1762858800" may be a uniqueid or a userfield: say'],
      [3, 17, 'uniqueid: "a note" is a userfield, and before it was a uniqu'],
    ])
    expect(readAll(asteriskCsv, { ...rome, extra: 'userfield' }, text).faults).toEqual([])
  })

  it('says of a wrong line what is wrong and where, and goes on', () => {
    const wrong = [
      'a,b,c',
      line().replace(',60,', ',sixty,'),
      line({ start: '2025-13-11 12:00:00' }),
      line({ start: '', answer: '', end: '' }),
      line({ more: ['x', 'y'] }),
      `${line()},"`,
      line({ more: ['', '', '', '', '', ''] }),
      line(),
    ]
    const { records, faults } = readAll(asteriskCsv, rome, wrong.join('\r\n'), 17)
    expect(records.map(({ line: at }) => at)).toEqual([8])
    expect(faults.map(({ line: at, column }) => [at, column])).toEqual([
      [1, 0],
      [2, 14],
      [3, 10],
      [4, 10],
      [5, 17],
      [6, 17],
      [7, 0],
    ])
  })

  it('is unanswered by its disposition, whatever its seconds', () => {
    const dispositions = ['NO ANSWER', 'FAILED', 'BUSY', 'CONGESTION', 'CANCEL', 'ANSWERED']
    const { records } = readAll(asteriskCsv, rome, dispositions.map((disposition) => line({ disposition })).join('\n'))
    expect(records.map(({ isAnswered }) => isAnswered)).toEqual([false, false, false, false, false, true])
  })

  it('knows the hour that happens twice by its durations, and flags it', () => {
    const night = { start: '2025-10-26 01:50:00', answer: '2025-10-26 01:55:00' }
    const { records } = readAll(
      asteriskCsv,
      rome,
      [
        line({ ...night, end: '2025-10-26 02:20:00', duration: 1800, billsec: 1500 }),
        line({ ...night, end: '2025-10-26 02:20:00', duration: 5400, billsec: 5100 }),
        line({ start: '2025-10-26 02:30:00', answer: '2025-10-26 02:30:05', end: '2025-10-26 02:31:05' }),
        line({
          start: '2025-10-26 02:50:00',
          answer: '2025-10-26 02:55:00',
          end: '2025-10-26 03:10:00',
          duration: 1200,
          billsec: 900,
        }),
        line({ start: '2025-03-30 02:30:00', answer: '2025-03-30 02:30:05', end: '2025-03-30 03:31:05' }),
      ].join('\n'),
    )
    expect(
      records.map((record) => [record.startMs, record.endMs].map((ms) => new Date(ms).toISOString().slice(11, 16))),
    ).toEqual([
      ['23:50', '00:20'],
      ['23:50', '01:20'],
      ['00:30', '00:31'],
      ['01:50', '02:10'],
      ['01:30', '01:31'],
    ])
    expect(records.map(({ flags }) => flagNames(flags).join())).toEqual([
      'dst_ambiguous',
      'dst_ambiguous',
      'dst_ambiguous',
      'dst_ambiguous',
      'dst_skipped',
    ])
  })

  it('keeps records that share a uniqueid apart by their sequence', () => {
    const { records } = readAll(
      asteriskCsv,
      rome,
      [line({ more: [id, '', '', linked, '7'] }), line({ more: [id, '', '', linked, '8'] })].join('\n'),
    )
    expect(new Set(records.map(({ key }) => key)).size).toBe(2)
  })
})

describe('cdr_custom', () => {
  const template = `${dollar}{CSV_QUOTE(${dollar}{CDR(clid)})},${dollar}{CSV_QUOTE(${dollar}{CDR(src)})},${dollar}{CDR(dst)},${dollar}{CDR(start,u)},${dollar}{CDR(answer,u)},${dollar}{CDR(end,u)},${dollar}{CDR(duration,f)},${dollar}{CDR(billsec,f)},${dollar}{CDR(disposition)},${dollar}{FILTER(a-z,${dollar}{CDR(x-note)})},${dollar}{CDR(uniqueid)},${dollar}{CDR(sequence)}`

  it('is read by the template it is written with', () => {
    expect(columnsOf(template, ',')).toEqual([
      'clid',
      'src',
      'dst',
      'start',
      'answer',
      'end',
      'duration',
      'billsec',
      'disposition',
      'x-note',
      'uniqueid',
      'sequence',
    ])
    const text =
      '"""M"" <201>","201",3471234567,1762858800.123456,1762858805.5,1762858865.75,65.626544,60.25,ANSWERED,n,1762858800.26,9\n'
    const { records, faults } = readAll(asteriskCustom, { ...rome, template }, text)
    expect(faults).toEqual([])
    expect(records[0]).toMatchObject({
      key: '1762858800.26 9',
      answeredMs: 60_250,
      startMs: 1762858800123,
      endMs: 1762858865750,
    })
  })

  it('is refused when the template has not what a call needs', () => {
    expect(() => readAll(asteriskCustom, { ...rome, template: `${dollar}{CDR(src)},${dollar}{CDR(dst)}` }, '')).toThrow(
      'CDR(start)',
    )
    expect(() => readAll(asteriskCustom, { ...rome, template: `${dollar}{CDR(dst` }, '')).toThrow('not closed')
    expect(readAll(asteriskCustom, { ...rome, template }, 'a,b\n').faults).toMatchObject([
      { line: 1, reason: 'has 2 columns; the template has 12' },
    ])
  })
})

describe('a table of cdr_pgsql', () => {
  it('is read by the names of whatever columns it has', () => {
    const reader = asteriskTable.open({ ...rome, aliases: { src: 'chiamante' } })
    const record = reader.row({
      calldate: '2025-11-11 12:00:00',
      answer: new Date('2025-11-11T11:00:05Z'),
      end: null,
      chiamante: '201',
      dst: '3471234567',
      billsec: 60,
      duration: 65,
      disposition: 8,
      uniqueid: id,
      sequence: 4,
    })
    expect(record).toMatchObject({
      caller: '201',
      key: `${id} 4`,
      isAnswered: true,
      answerMs: utc('2025-11-11 11:00:05'),
    })
    expect(record?.endMs).toBeNaN()
    expect(JSON.parse(record?.native ?? '')).toMatchObject({ chiamante: '201' })
    expect(() => reader.row({ dst: '1', billsec: 'x' })).toThrow('no number of seconds')
    expect(() => reader.row({ src: '1' })).toThrow('no such column')
  })
})

describe('a Cdr event of the manager', () => {
  it('is the same record as the line of Master.csv', () => {
    const record = asteriskEvent.open(rome).row({
      Event: 'Cdr',
      AccountCode: 'acct',
      Source: '201',
      Destination: '3471234567',
      DestinationContext: 'from-internal',
      CallerID: '"Mario" <201>',
      Channel: 'PJSIP/201-0000001a',
      DestinationChannel: 'PJSIP/out-0000001b',
      StartTime: '2025-11-11 12:00:00',
      AnswerTime: '2025-11-11 12:00:05',
      EndTime: '2025-11-11 12:01:05',
      Duration: '65',
      BillableSeconds: '60',
      Disposition: 'ANSWERED',
      UniqueID: id,
      UserField: '',
    })
    const { records } = readAll(asteriskCsv, rome, `${line({ more: [id] })}\n`)
    expect({ ...record, native: '', line: 0 }).toEqual({ ...records[0], native: '', line: 0 })
  })
})
