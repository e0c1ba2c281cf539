import type { RawConfig } from '@strowger/schema'

/** Flag -> what it needs. */
const needs = {
  dns_enabled: 'dns_ip',
  ntp_enabled: 'ntp_ip',
  vlan_enabled: 'vlan_id',
  syslog_enabled: 'syslog_ip',
} as const satisfies Partial<Record<keyof RawConfig, keyof RawConfig>>

/**
 * What does not go together in parameters with everything that is inherited. A warning and no fault: a config that is a
 * parent may leave to its children what is missing. Pure.
 */
export function parameterConflicts(merged: RawConfig): string[] {
  const conflicts: string[] = []
  for (const [flag, needed] of Object.entries(needs) as [keyof typeof needs, (typeof needs)[keyof typeof needs]][]) {
    const value = merged[needed]
    if (merged[flag] && (value === undefined || value === null || value === ''))
      conflicts.push(`${flag} needs ${needed}`)
  }
  for (const [number, key] of Object.entries(merged.funckeys ?? {})) {
    if ((key.type === 'speeddial' || key.type === 'blf') && !key.value)
      conflicts.push(`funckeys.${number} is a ${key.type} and needs a value`)
  }
  for (const [number, line] of Object.entries(merged.sip_lines ?? {})) {
    if (!line.proxy_ip && !merged.sip_proxy_ip)
      conflicts.push(`sip_lines.${number} has no proxy_ip, nor is there sip_proxy_ip`)
  }
  return conflicts
}
