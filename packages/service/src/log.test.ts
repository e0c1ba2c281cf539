import { Fault } from '@strowger/schema'
import { expect, test } from 'vitest'
import { createManualClock } from './clock.ts'
import { createLog, createSparseWarnings } from './log.ts'

function recorder() {
  const lines: Record<string, unknown>[] = []
  return { lines, to: { write: (line: string) => void lines.push(JSON.parse(line)) } }
}

test('an entry is one JSON line with level, time, service, fields and phrase', () => {
  const { lines, to } = recorder()
  createLog({ service: 'ingress', to }).child({ replica: 2 }).info({ mac: '0015' }, 'served')
  expect(lines).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'ingress',
      replica: 2,
      mac: '0015',
      message: 'served',
    },
  ])
})

test('secrets are not written, at any of three depths', () => {
  const { lines, to } = recorder()
  const secrets = { password: 'hunter2', line: { password: 'hunter2', token: 'hunter2', lines: { secret: 'hunter2' } } }
  createLog({ service: 'x', to }).warn({ ...secrets, line: secrets.line, user: 'ada' }, 'tried')
  expect(JSON.stringify(lines)).not.toContain('hunter2')
  expect(JSON.stringify(lines)).toContain('ada')
})

test('secrets of a child, of an error and in a list are not written, and what was logged is not altered', () => {
  const { lines, to } = recorder()
  const error = Object.assign(new Error('refused'), { password: 'hunter2', address: '192.0.2.1' })
  const given = { error, users: [{ name: 'ada', token: 'hunter2' }] }
  createLog({ service: 'x', to }).child({ key: 'hunter2' }).error(given, 'failed')
  expect(JSON.stringify(lines)).not.toContain('hunter2')
  expect(lines[0]).toMatchObject({
    key: '[secret]',
    users: [{ name: 'ada', token: '[secret]' }],
    error: { type: 'Error', message: 'refused', address: '192.0.2.1', stack: expect.stringContaining('log.test') },
  })
  expect(given.users[0]?.token + error.password).toBe('hunter2hunter2')
})

test('an error is written with its code and cause', () => {
  const { lines, to } = recorder()
  const error = new Fault('internal', { internal: 'row 7', cause: new Error('disk full') })
  createLog({ service: 'x', to }).error({ error }, 'failed')
  expect(lines[0]).toMatchObject({ error: { code: 'internal', internal: 'row 7' } })
  expect(JSON.stringify(lines[0])).toContain('disk full')
})

test('a kind of warning is written once a minute, with how many were left out', async () => {
  const { lines, to } = recorder()
  const clock = createManualClock()
  const sparse = createSparseWarnings(createLog({ service: 'x', to }), clock)
  for (let n = 0; n < 5; n++) sparse.warn('a', { n }, 'bad')
  sparse.warn('b', {}, 'other')
  expect(lines.length).toBe(2)
  await clock.advance(60_000)
  sparse.warn('a', { n: 9 }, 'bad')
  expect(lines[2]).toMatchObject({ n: 9, leftOut: 4, message: 'bad' })
})
