import { expect, test } from 'vitest'
import { aclOf, grantCoversAcl, neededByAcl } from './acl.ts'
import type { Grant } from './grant.ts'

const grant = (permission: Grant['permission'], ...scopes: string[]): Grant => ({
  permission,
  scopes: scopes.length === 0 ? [] : [scopes],
})

test.each([
  ['provd.dev_mgr.devices.read', 'read', 'devices', 'read'],
  ['provd.cfg_mgr.configs.create', 'write', 'configs', 'create'],
  ['provd.pg_mgr.install.upgrade.create', 'write', 'plugins', 'create'],
  ['confd.lines.12.update', 'write', 'lines', 'update'],
  ['confd.devices.read', 'read', 'devices', 'read'],
  ['auth.users.read', 'admin', 'auth', 'read'],
  ['provd.configure.update', 'write', 'site', 'update'],
])('%s asks for %s, %s:%s', (name, permission, resource, verb) => {
  expect(neededByAcl(name)).toEqual({ permission, scope: { resource, verb } })
})

test.each([
  [grant('admin'), ['#']],
  [grant('write'), ['confd.#', 'provd.#']],
  [grant('read'), ['confd.#.read', 'provd.#.read']],
  [grant('write', 'devices:*'), ['confd.devices.#', 'provd.dev_mgr.#']],
  [grant('read', 'devices:*', 'lines:read'), ['confd.devices.#.read', 'provd.dev_mgr.#.read', 'confd.lines.#.read']],
])('what a token may is told in the names of scripts', (given, names) => {
  expect(aclOf(given)).toEqual(names)
})

test('a token with scopes covers just what they say', () => {
  const devices = grant('write', 'devices:*')
  expect(grantCoversAcl(devices, 'confd.devices.read')).toBe(true)
  expect(grantCoversAcl(devices, 'provd.dev_mgr.devices.delete')).toBe(true)
  expect(grantCoversAcl(devices, 'confd.lines.read')).toBe(false)
  expect(grantCoversAcl(grant('read'), 'confd.devices.update')).toBe(false)
  expect(grantCoversAcl(grant('admin'), 'auth.users.read')).toBe(true)
})
