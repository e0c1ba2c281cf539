import { expect, test } from 'vitest'
import { assignmentFrom, parameterValue } from './assignments.ts'

const value = (argument: string) => parameterValue(assignmentFrom(argument))

test.each([
  ['sip_lines.1.username=1001', '1001'],
  ['sip_lines.1.password=a=b:=c', 'a=b:=c'],
  ['ntp_enabled=yes', true],
  ['ntp_enabled=false', false],
  ['ntp_enabled=maybe', 'maybe'],
  ['http_port=8667', 8667],
  ['http_port=many', 'many'],
  ['X_own=12', '12'],
  ['X_own:={"a":[1]}', { a: [1] }],
  ['X_own=', ''],
])('%s is %j', (argument, expected) => {
  expect(value(argument)).toEqual(expected)
})

test.each(['sip_lines', '=x', 'X_own:={'])('%s is refused as wrongly written', (argument) => {
  expect(() => value(argument)).toThrow(expect.objectContaining({ exitCode: 2 }))
})
