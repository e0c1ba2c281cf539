import { readFileSync } from 'node:fs'
import type { Settings } from '@strowger/service'
import { SettingsFault } from '@strowger/service'
import type { applySettings } from './apply-settings.ts'
import type { AsteriskAddress } from './asterisk-link.ts'

const texts = ['id', 'ariUrl', 'ariUsername', 'ariPassword', 'amiUsername', 'amiSecret'] as const

/** Every Asterisk of the settings; none is as good. Throws SettingsFault naming what is wrong. */
export function asteriskAddresses(
  settings: Settings<typeof applySettings>,
  defaultId: string,
): readonly AsteriskAddress[] {
  const { ASTERISKS_FILE: file, ARI_URL: ariUrl } = settings
  if (file !== undefined && ariUrl !== undefined) throw fault('ASTERISKS_FILE', 'is given beside ARI_URL; remove one')
  if (file !== undefined) return addressesIn(file)
  if (ariUrl === undefined) return []
  const { ARI_PASSWORD: ariPassword, AMI_SECRET: amiSecret } = settings
  if (ariPassword === undefined) throw fault('ARI_PASSWORD', 'is missing; it is needed with ARI_URL')
  if (amiSecret === undefined) throw fault('AMI_SECRET', 'is missing; it is needed with ARI_URL')
  return [
    {
      id: defaultId,
      ariUrl,
      ariUsername: settings.ARI_USERNAME,
      ariPassword,
      amiHost: settings.AMI_HOST ?? new URL(ariUrl).hostname,
      amiPort: settings.AMI_PORT,
      amiUsername: settings.AMI_USERNAME,
      amiSecret,
    },
  ]
}

function addressesIn(file: string): readonly AsteriskAddress[] {
  let list: unknown
  try {
    list = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw fault('ASTERISKS_FILE', `cannot be read: ${(error as Error).message}`)
  }
  if (!Array.isArray(list)) throw fault('ASTERISKS_FILE', 'holds no list')
  const addresses = list.map((entry: Readonly<Record<string, unknown>>, index): AsteriskAddress => {
    const text = (name: (typeof texts)[number] | 'amiHost', otherwise?: string): string => {
      const value = entry[name] ?? otherwise
      if (typeof value === 'string' && value !== '') return value
      throw fault('ASTERISKS_FILE', `has no ${name} in its entry ${index + 1}`)
    }
    const ariUrl = text('ariUrl')
    if (!/^https?:\/\//.test(ariUrl))
      throw fault('ASTERISKS_FILE', `has an ariUrl without http:// in its entry ${index + 1}`)
    const amiPort = Number(entry['amiPort'] ?? 5_038)
    return {
      id: text('id'),
      ariUrl,
      ariUsername: text('ariUsername', 'strowger'),
      ariPassword: text('ariPassword'),
      amiHost: text('amiHost', new URL(ariUrl).hostname),
      amiPort,
      amiUsername: text('amiUsername', 'strowger'),
      amiSecret: text('amiSecret'),
    }
  })
  if (new Set(addresses.map(({ id }) => id)).size < addresses.length) throw fault('ASTERISKS_FILE', 'names an id twice')
  return addresses
}

const fault = (name: string, problem: string) => new SettingsFault([{ name, problem }])
