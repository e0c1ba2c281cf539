import { catalogue } from '@strowger/schema'
import { expect, test } from 'vitest'
import { services } from './services.ts'

test('every service with a PostgreSQL schema erases what is a tenant’s in it', () => {
  const erasing = catalogue.requests.filter(({ domain }) => domain.endsWith('-erasure')).map(({ owner }) => owner)
  // The gateway erases its own when all others have.
  const owning = services.filter(({ schema, name }) => schema !== undefined && name !== 'gateway')
  expect(owning.map(({ name }) => name).filter((name) => !erasing.includes(name))).toEqual([])
})
