import { type ConfigInput, rootTenantId } from '@strowger/schema'
import { autoprovAccount, newSecret, type Seal } from '@strowger/service'

/**
 * The configs that every installation has, with the ids that scripts expect: `base` for all, `defaultconfigdevice` for
 * desk phones, and `autoprov` for phones that nobody has configured, with one SIP account they share.
 */
export function stockConfigs(seal: Pick<Seal, 'derive'>): readonly (ConfigInput & { id: string })[] {
  const { username, password } = autoprovAccount(seal)
  return [
    { id: 'base', label: 'Every phone', deletable: false, raw: { ntp_enabled: true } },
    {
      id: 'defaultconfigdevice',
      label: 'Default config device',
      deletable: false,
      raw: {
        sip_dtmf_mode: 'RTP-out-of-band',
        admin_username: 'admin',
        admin_password: newSecret(12),
        user_username: 'user',
        user_password: newSecret(12),
      },
    },
    {
      id: 'autoprov',
      label: 'Phones that nobody has configured',
      role: 'autocreate',
      deletable: false,
      parents: ['base', 'defaultconfigdevice'],
      raw: {
        sip_lines: {
          '1': { display_name: 'Autoprov', number: 'autoprov', username, auth_username: username, password },
        },
      },
    },
  ]
}

/** Stock configs belong to the root; every tenant inherits them, and may have its own of the same id. */
export const stockTenant = rootTenantId
