import { expect, test } from 'vitest'
import { neededScope, scopesAllow, scopesCover } from './scopes.ts'

const of = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, permission: 'read' | 'write', success = 200) =>
  neededScope({ method, path, permission, success: success as 200 })

test('what an operation needs follows from its address, method and permission', () => {
  expect(of('GET', '/api/v1/devices/{id}', 'read')).toEqual({ resource: 'devices', verb: 'read' })
  expect(of('POST', '/api/v1/devices', 'write', 201)).toEqual({ resource: 'devices', verb: 'create' })
  expect(of('POST', '/api/v1/devices/{id}/claim', 'write')).toEqual({ resource: 'devices', verb: 'update' })
  expect(of('DELETE', '/api/v1/configs/{id}', 'write')).toEqual({ resource: 'configs', verb: 'delete' })
  expect(of('POST', '/api/v1/plugins/{plugin}/preview', 'read')).toEqual({ resource: 'plugins', verb: 'read' })
})

test.each([
  [undefined, true],
  [['devices:read'], true],
  [['devices:*'], true],
  [['*:read'], true],
  [['*:*'], true],
  [['devices:write'], false],
  [['configs:read'], false],
  [[], false],
])('%j lets devices be read: %s', (scopes, expected) => {
  expect(scopesAllow(scopes, { resource: 'devices', verb: 'read' })).toBe(expected)
})

test('nobody hands on more than they have', () => {
  expect(scopesCover(undefined, undefined)).toBe(true)
  expect(scopesCover(['devices:*'], undefined)).toBe(false)
  expect(scopesCover(['devices:*'], ['devices:write', 'devices:read'])).toBe(true)
  expect(scopesCover(['devices:write', 'devices:read'], ['devices:*'])).toBe(true)
  expect(scopesCover(['devices:write'], ['devices:*'])).toBe(false)
  expect(scopesCover(['devices:*'], ['*:read'])).toBe(false)
  expect(scopesCover(['*:read'], ['devices:read'])).toBe(true)
})
