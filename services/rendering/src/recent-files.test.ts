import { type Device, rootTenantId } from '@strowger/schema'
import { expect, it } from 'vitest'
import type { LoadedPlugin } from './plugin-library.ts'
import { createRecentFiles } from './recent-files.ts'

const device: Device = {
  id: 'd1',
  tenant: rootTenantId,
  revision: 1,
  mac: '00:15:65:12:34:56',
  model: 'T46S',
  added: 'auto',
}
const plugin = {} as LoadedPlugin
const parameters = {}

function counting(maxBytes = 1_000_000) {
  const recent = createRecentFiles(maxBytes)
  let rendered = 0
  const file = (inputs: Partial<Parameters<typeof recent.file>[1]>, name = 'a.cfg') =>
    recent.file(name, { plugin, device, parameters, access: '', ...inputs }, () => {
      rendered += 1
      return Buffer.alloc(1_000, rendered)
    })
  return { recent, file, rendered: () => rendered }
}

it('renders a file once while everything that it is made of is the same', () => {
  const { file, rendered } = counting()
  const first = file({})
  expect(file({ device: { ...device, revision: 9, ip: '192.0.2.7' } })).toBe(first)
  expect(rendered()).toBe(1)
})

it('renders it again when anything that it is made of differs', () => {
  const { file, rendered } = counting()
  file({})
  file({ parameters: {} })
  file({ plugin: {} as LoadedPlugin })
  file({ device: { ...device, model: 'T42S' } })
  file({ device: { ...device, options: { switchboard: true } } })
  file({ access: 'another key' })
  file({}, 'b.cfg')
  expect(rendered()).toBe(7)
})

it('stays within its bound, the oldest first', () => {
  const { recent, file, rendered } = counting(10_000)
  for (let index = 0; index < 100; index += 1) file({ device: { ...device, id: `d${index}` } })
  expect(recent.bytes).toBeLessThanOrEqual(10_000)
  file({ device: { ...device, id: 'd99' } })
  expect(rendered()).toBe(100)
  file({ device: { ...device, id: 'd1' } })
  expect(rendered()).toBe(101)
})
