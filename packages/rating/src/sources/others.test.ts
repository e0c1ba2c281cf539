import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cucm } from './cucm.ts'
import { cdrFormats } from './formats.ts'
import { freeswitchCsv } from './freeswitch-csv.ts'
import { freeswitchJson, freeswitchXml } from './freeswitch-documents.ts'
import { callObjectsFile } from './json-records.ts'
import { kamailioAcc } from './kamailio-acc.ts'
import { plainCsv } from './plain-csv.ts'
import { readAll, utc } from './read-for-tests.ts'

const rome = { zone: 'Europe/Rome' }
const dollar = '$'

describe('FreeSWITCH', () => {
  const leg = {
    uuid: 'b5c8-1',
    call_uuid: 'b5c8-0',
    caller_id_number: '201',
    destination_number: '3471234567',
    accountcode: 'acct',
    hangup_cause: 'NORMAL_CLEARING',
    billsec: '60',
    billmsec: '60250',
    duration: '66',
    start_uepoch: '1762858800123456',
    answer_epoch: '1762858805',
    end_epoch: '1762858866',
    sip_gateway_name: 'out%2F1',
  }

  it('writes CSV by a template', () => {
    const row =
      '"Mario","201","3471234567","default","2025-11-11 12:00:00","2025-11-11 12:00:05","2025-11-11 12:01:05","65","60","NORMAL_CLEARING","b5c8-1","","acct","PCMA","PCMA"'
    const unanswered = row.replace('"2025-11-11 12:00:05"', '""').replace('"60"', '"0"')
    const { records, faults } = readAll(freeswitchCsv, rome, `${row}\n${unanswered}\nshort,line\n`)
    expect(records[0]).toMatchObject({
      key: 'b5c8-1',
      caller: '201',
      isAnswered: true,
      answeredMs: 60_000,
      startMs: utc('2025-11-11 11:00:00'),
    })
    expect(records[1]).toMatchObject({ isAnswered: false, disposition: 'NORMAL_CLEARING' })
    expect(faults).toMatchObject([{ line: 3, reason: 'has 2 columns; the template has 15' }])
    expect(() => readAll(freeswitchCsv, { ...rome, columns: ['uuid'] }, '')).toThrow('destination_number')
  })

  it('writes JSON, whose epochs go before its stamps, and milliseconds before seconds', () => {
    const one = JSON.stringify(
      {
        variables: { ...leg, start_stamp: '1999-01-01 00:00:00' },
        callflow: [{ caller_profile: { context: 'public', destination_number: '9' } }],
      },
      null,
      1,
    )
    const { records, faults } = readAll(
      freeswitchJson,
      rome,
      `${one}${one.replace('b5c8-1', 'b5c8-2')}\n{"variables":{}}\nrubbish\n{"a": "}"`,
      13,
    )
    expect(records.map(({ key }) => key)).toEqual(['b5c8-1', 'b5c8-2'])
    expect(records[0]).toMatchObject({
      link: 'b5c8-0',
      called: '3471234567',
      context: 'public',
      trunkOut: 'out/1',
      answeredMs: 60_250,
      startMs: 1762858800123,
      answerMs: 1762858805000,
    })
    expect(faults.map(({ reason }) => reason.slice(0, 20))).toEqual([
      'uuid: there is none',
      'is not JSON: Unexpec',
      'the record is not co',
    ])
  })

  it('writes XML', () => {
    const tags = Object.entries(leg)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('\n')
    const one = `<?xml version="1.0"?>\n<cdr>\n<variables>${tags}<caller_id_name>A &amp; &#66;</caller_id_name></variables><callflow><caller_profile><context>public</context></caller_profile></callflow></cdr>\n`
    const { records, faults } = readAll(freeswitchXml, rome, `${one}<cdr></cdr>${one}`, 31)
    expect(records).toMatchObject([{ key: 'b5c8-1', context: 'public', trunkOut: 'out/1' }, { key: 'b5c8-1' }])
    expect(faults).toMatchObject([{ reason: 'variables: there are none' }])
  })
})

describe('Kamailio acc', () => {
  const invite = {
    method: 'INVITE',
    callid: 'c1',
    from_tag: 'a',
    to_tag: 'b',
    sip_code: '200',
    sip_reason: 'OK',
    time: '2025-11-11 12:00:05',
    src_user: '201',
    dst_user: '3471234567',
    src_ip: '10.0.0.1',
  }

  it('joins INVITE and BYE, whoever hangs up', () => {
    const reader = kamailioAcc.open(rome)
    expect(reader.row(invite)).toBeUndefined()
    expect(reader.row({ ...invite, time: '2025-11-11 12:00:06' })).toBeUndefined()
    expect(reader.waiting).toBe(1)
    expect(reader.row({ ...invite, method: 'ACK' })).toBeUndefined()
    const record = reader.row({ ...invite, method: 'BYE', from_tag: 'b', to_tag: 'a', time: '2025-11-11 12:01:05' })
    expect(record).toMatchObject({
      key: 'c1 a b',
      isAnswered: true,
      answeredMs: 60_000,
      caller: '201',
      trunkIn: '10.0.0.1',
    })
    expect(reader.waiting).toBe(0)
    expect(() => reader.row({ ...invite, method: 'BYE' })).toThrow('INVITE is not known')
  })

  it('has a record of a call that failed, of one with a duration, and of one whose BYE was lost', () => {
    const reader = kamailioAcc.open({ ...rome, timeoutS: 3600 })
    expect(reader.row({ ...invite, sip_code: '486', sip_reason: 'Busy Here' })).toMatchObject({
      isAnswered: false,
      disposition: '486 Busy Here',
      answeredMs: 0,
    })
    expect(reader.row({ ...invite, ms_duration: '60250' })).toMatchObject({ isAnswered: true, answeredMs: 60_250 })
    reader.row(invite)
    expect(reader.overdue(utc('2025-11-11 12:00:05'))).toEqual([])
    const [late] = reader.overdue(utc('2025-11-11 12:00:06'))
    expect(late).toMatchObject({ isAnswered: true, key: 'c1 a b' })
    expect(late?.endMs).toBeNaN()
  })
})

describe('CUCM', () => {
  const names = [
    'cdrRecordType',
    'globalCallID_callManagerId',
    'globalCallID_callId',
    'origLegCallIdentifier',
    'dateTimeOrigination',
    'callingPartyNumber',
    'originalCalledPartyNumber',
    'finalCalledPartyNumber',
    'dateTimeConnect',
    'dateTimeDisconnect',
    'duration',
    'globalCallId_ClusterID',
    'destLegIdentifier',
    'destDeviceName',
    'origCause_value',
    'destCause_value',
  ]
  const head = `${names.map((name) => `"${name}"`).join(',')}\nINTEGER,INTEGER,INTEGER,INTEGER,INTEGER,VARCHAR(50),VARCHAR(50),VARCHAR(50),INTEGER,INTEGER,INTEGER,VARCHAR(50),INTEGER,VARCHAR(50),INTEGER,INTEGER\n`

  it('is read by its headings; 0 is never', () => {
    const answered =
      '1,1,77,501,1762858800,"201","02555","3471234567",1762858805,1762858865,60,"StandAlone",502,"trunk",0,16'
    const missed = '1,1,78,503,1762858800,"201","02555","02555",0,1762858830,0,"StandAlone",504,"",0,0'
    const { records, faults } = readAll(
      cucm,
      {},
      `${head}${answered}\n${missed}\n1,2\n${answered.replace('1762858805', 'x')}\n`,
    )
    expect(records).toMatchObject([
      {
        key: '1 77 StandAlone 501 502',
        link: '1 77 StandAlone',
        called: '3471234567',
        trunkOut: 'trunk',
        isAnswered: true,
        answerMs: 1762858805000,
        line: 3,
      },
      { isAnswered: false },
    ])
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [5, 0],
      [6, 9],
    ])
  })

  it('refuses a file of call quality', () => {
    const { records, faults } = readAll(cucm, {}, '"cdrRecordType","globalCallID_callManagerId","numberPacketsSent"\n')
    expect([records.length, faults[0]?.reason.slice(0, 60)]).toEqual([
      0,
      'the first line must be the headings of a call record file: g',
    ])
  })
})

describe('any CSV', () => {
  const settings = {
    ...rome,
    separator: ';',
    headings: true,
    dateForm: 'DD/MM/YYYY HH:mm:ss',
    durationForm: 'clock',
    columns: {
      start: 'Data',
      caller: 'Da',
      called: 'A',
      answered: 'Durata',
      expectedCost: 'Importo',
      direction: 'Verso',
    },
    directionWords: { U: 'outgoing' },
  }

  it('is read by a mapping', () => {
    const { records, faults } = readAll(
      plainCsv,
      settings,
      'Verso;Data;Da;A;Durata;Importo\nU;11/11/2025 12:00:05;201;3471234567;0:01:00;0,05\nU;31/02/2025 12:00:05;1;2;0:00:01;0\nU;11/11/2025 12:00:05;1\n',
    )
    expect(records).toMatchObject([
      {
        caller: '201',
        called: '3471234567',
        answeredMs: 60_000,
        isAnswered: true,
        expectedCost: '0,05',
        direction: 'outgoing',
        startMs: utc('2025-11-11 11:00:05'),
      },
    ])
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [3, 2],
      [4, 0],
    ])
  })

  it('tells equal lines apart by their place among equals, and knows them again', () => {
    const text =
      'Verso;Data;Da;A;Durata;Importo\nU;11/11/2025 12:00:05;201;1;0:01:00;\nU;11/11/2025 12:00:05;201;1 ;0:01:00;\nU;11/11/2025 12:00:06;201;1;0:01:00;\n'
    const keys = readAll(plainCsv, settings, text).records.map(({ key }) => key)
    expect(new Set(keys).size).toBe(3)
    expect(keys[1]).toBe(keys[0]?.replace(/1$/, '2'))
    expect(readAll(plainCsv, settings, text, 5).records.map(({ key }) => key)).toEqual(keys)
  })

  it('is refused when the mapping cannot be', () => {
    expect(() => readAll(plainCsv, { ...rome, columns: { called: 1 } }, '')).toThrow('start, answer or end')
    expect(() => readAll(plainCsv, { ...rome, columns: { called: 'A', start: 1 } }, '')).toThrow('headings')
    expect(readAll(plainCsv, settings, 'a;b\n').faults).toMatchObject([{ line: 1, reason: 'there is no heading "Da"' }])
  })

  it('may have epochs, milliseconds and American dates', () => {
    const epoch = readAll(
      plainCsv,
      { ...rome, dateForm: 'epoch', durationForm: 'milliseconds', columns: { start: 1, called: 2, answered: 3 } },
      '1762858800,44,6100\n',
    )
    expect(epoch.records[0]).toMatchObject({ startMs: 1762858800000, answeredMs: 6100 })
    const american = readAll(
      plainCsv,
      { zone: 'America/New_York', dateForm: 'MM/DD/YY hh:mm A'.replace('hh', 'HH'), columns: { start: 1, called: 2 } },
      '07/04/25 01:05 PM,44\n',
    )
    expect(american.records[0]?.startMs).toBe(utc('2025-07-04 17:05:00'))
  })
})

describe('calls as objects', () => {
  it('are read one after the other', () => {
    const { records, faults } = readAll(
      callObjectsFile,
      rome,
      '{"id":"1","called":"44","start":"2025-11-11T12:00:00Z","answered_s":60,"expected_cost":"0.1"}\n{"id":2,"start":"x","called":"4"}{"called":"4"}',
    )
    expect(records).toMatchObject([
      { key: '1', answeredMs: 60_000, isAnswered: true, startMs: utc('2025-11-11 12:00:00'), expectedCost: '0.1' },
    ])
    expect(faults.map(({ reason }) => reason)).toEqual(['start: "x" is no time', 'id: there is none'])
  })
})

describe('every form', () => {
  it('takes any bytes without failing', () => {
    const settings: Record<string, unknown> = {
      csv: { zone: 'UTC', columns: { start: 1, called: 2 } },
      'asterisk-custom': {
        zone: 'UTC',
        template: `${dollar}{CDR(dst)},${dollar}{CDR(start)},${dollar}{CDR(billsec)},${dollar}{CDR(disposition)}`,
      },
    }
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          for (const format of cdrFormats) {
            if (format.kind === 'file') readAll(format, settings[format.name] ?? { zone: 'UTC' }, bytes, 41)
          }
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('reading that goes on in the middle of a file', () => {
  it('knows the headings by the first line it is given', () => {
    const records: unknown[] = []
    const settings = { zone: 'UTC', headings: true, columns: { start: 'at', called: 'to' } }
    const reader = plainCsv.open(
      settings,
      { record: (record) => records.push(record), fault: (fault) => records.push(fault) },
      { line: 7, headings: 'to,at' },
    )
    reader.push(new TextEncoder().encode('44,2025-11-11 12:00:00\n'))
    expect(records).toMatchObject([{ called: '44', line: 8 }])
  })
})
