import { Fault } from '@strowger/schema'
import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

test('a password matches its own hash only, and nothing matches where there is no user', async () => {
  const passwords = createPasswords()
  const stored = await passwords.hash('correct horse')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(stored, 'correct horse')).toBe(true)
  expect(await passwords.verify(stored, 'wrong horse')).toBe(false)
  expect(await passwords.verify(undefined, 'nobody')).toBe(false)
})

test('a flood of log-ins is refused instead of taking all memory, and all others are answered', async () => {
  const passwords = createPasswords()
  const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash('a')))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused).toHaveLength(6)
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason).toBeInstanceOf(Fault)
    expect((reason as Fault).code).toBe('too-many-requests')
  }
  expect(await passwords.hash('b')).toContain('argon2id')
})
