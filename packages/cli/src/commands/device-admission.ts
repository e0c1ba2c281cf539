import { consentDevice, getDeviceKey, openFirstBoot, revokeDeviceKey } from '@strowger/schema'
import type { Command } from 'commander'
import { details } from '../details.ts'
import { type Tool, withExamples } from '../tool.ts'
import { deviceId } from './device-id.ts'

/** How one device is let in. */
export function addDeviceAdmission(devices: Command, tool: Tool): void {
  withExamples(
    devices
      .command('first-boot <device>')
      .description('lets a device fetch its files without its own key, for ten minutes and from one address')
      .option('--address <address>', 'from there; else from its last address')
      .action(async (named: string, options: { address?: string }) => {
        const client = await tool.client()
        tool.show(await client.call(openFirstBoot, { id: await deviceId(client, named), ...options }), details)
      }),
    [
      'strowger devices first-boot 00:15:65:12:34:56',
      'strowger devices first-boot 00:15:65:12:34:56 --address 192.0.2.40',
    ],
  )

  withExamples(
    devices
      .command('consent <device>')
      .description('lets a device fetch credentials for the hours of the policy, from now')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(consentDevice, { id: await deviceId(client, named) }), details)
      }),
    ['strowger devices consent 00:15:65:12:34:56'],
  )

  withExamples(
    devices
      .command('key <device>')
      .description('shows provisioning key, user name and password of a device, to type them into it')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(getDeviceKey, { id: await deviceId(client, named) }), details)
      }),
    ['strowger devices key 00:15:65:12:34:56'],
  )

  withExamples(
    devices
      .command('revoke-key <device>')
      .description('makes its key and password worthless; first-boot gives it others')
      .action(async (named: string) => {
        const client = await tool.client()
        tool.show(await client.call(revokeDeviceKey, { id: await deviceId(client, named) }), details)
      }),
    ['strowger devices revoke-key 00:15:65:12:34:56'],
  )
}
