import type { ReadModel } from '@strowger/bus'
import type { Database } from '@strowger/database'
import { type Config, type Device, type DeviceLines, Fault, type RawConfig, type Rendered } from '@strowger/schema'
import type { Clock, Seal } from '@strowger/service'
import { deviceParents } from './config-place.ts'
import { configKey } from './config-tree.ts'
import type { Rerendering } from './rerendering.ts'
import { openedSecrets, sealedSecrets } from './secrets.ts'
import { againBesideTwin, type ConfigWrite, removeConfigIn, writeConfigIn } from './store/configs.ts'
import { isNewestState } from './store/device-lines.ts'
import type { ProvisioningSchema } from './store/tables.ts'

/** In a config: which of its parameters, beside the lines, were made of them. */
const builtName = 'X_built_of_lines'
const patienceMs = 1_500

/** Makes the config of a device of its lines, and renders it. */
export type ApplyDeviceLines = (lines: DeviceLines) => Promise<{ revision?: number; error?: string }>

/**
 * A device with lines has a config of its own: parents `base` and a device template, its lines by their position, the
 * service codes and function keys that come with them, and whatever an administrator wrote beside. With the last line
 * the config goes, and the device returns to autoprov.
 */
export function createDeviceLines(parts: {
  database: Database<ProvisioningSchema>
  configs: Pick<ReadModel<Config>, 'get' | 'applyLocal'>
  devices: Pick<ReadModel<Device>, 'get' | 'subscribe'>
  rendered: { get(device: string): Rendered | undefined }
  rerendering: Rerendering
  seal: Seal
  clock: Pick<Clock, 'after'>
}): ApplyDeviceLines {
  const { database, configs, devices, rendered, rerendering, seal, clock } = parts

  /** What the config becomes of what it is, or of what the device had in another tenant. */
  function writeOf(lines: DeviceLines, old: Config | undefined): ConfigWrite {
    const { device: id, tenant } = lines
    const raw = rawConfigOf(lines, seal)
    return {
      tenant,
      id,
      change(present) {
        const kept = present?.raw ?? (old && openedSecrets(old.raw, { tenant: old.tenant, id }, seal)) ?? {}
        const parents = (present ?? old)?.parents ?? deviceParents
        return {
          deletable: true,
          ...(present?.label === undefined ? {} : { label: present.label }),
          parents: parents.includes('autoprov') ? deviceParents : [...parents],
          raw: sealedSecrets({ ...withoutBuilt(kept), ...raw }, present?.raw, { tenant, id }, seal),
        }
      },
    }
  }

  /** In one transaction with the note of the state: an older one never comes after it. */
  async function follow(lines: DeviceLines): Promise<void> {
    const { device: id, tenant } = lines
    const elsewhere = rendered.get(id)?.tenant
    const old = elsewhere === undefined || elsewhere === tenant ? undefined : configs.get(configKey(elsewhere, id))
    const tenants = old ? [tenant, old.tenant] : [tenant]
    const changed = await againBesideTwin(() =>
      database.inTenants(tenants, { writer: { kind: 'system' } }, async (tx) => {
        const written = new Map<string, Config | undefined>()
        const remove = async (from: string) => {
          if (await removeConfigIn(tx, from, id)) written.set(configKey(from, id), undefined)
        }
        if (!(await isNewestState(tx, lines))) return written
        if (lines.lines.length === 0) await remove(tenant)
        else {
          written.set(configKey(tenant, id), await writeConfigIn(tx, writeOf(lines, old)))
          if (old) await remove(old.tenant)
        }
        return written
      }),
    )
    for (const [key, config] of changed) configs.applyLocal(key, config)
  }

  /** Identification gives it the tenant of its lines at the same time. */
  async function untilThere({ device: id, tenant, lines }: DeviceLines): Promise<void> {
    const isThere = () => lines.length === 0 || devices.get(id)?.tenant === tenant
    if (isThere()) return
    await new Promise<void>((resolve) => {
      const patience = clock.after(patienceMs, done)
      const unsubscribe = devices.subscribe((changed) => {
        if (changed === id && isThere()) done()
      })
      function done(): void {
        patience.cancel()
        unsubscribe()
        resolve()
      }
    })
  }

  return async (lines) => {
    const { device: id } = lines
    if (devices.get(id) === undefined) throw new Fault('not-found', { detail: `There is no device ${id}` })
    await untilThere(lines)
    await follow(lines)
    await rerendering.device(id)
    const { revision, error } = rendered.get(id) ?? {}
    return { ...(revision === undefined ? {} : { revision }), ...(error === undefined ? {} : { error }) }
  }
}

/** What was made of lines and is made of them no more goes. */
function withoutBuilt(raw: RawConfig): RawConfig {
  const built = raw[builtName]
  const gone = [builtName, ...(Array.isArray(built) ? built : [])]
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !gone.includes(name)))
}

/** As configs of devices have been made for years: what templates read. */
function rawConfigOf({ device, lines, parameters = {} }: DeviceLines, seal: Seal): RawConfig & Record<string, unknown> {
  const user = lines.find((line) => line.user !== undefined)?.user
  const sipLines = lines.map(({ position, username, password, displayName, number, servers }) => [
    String(position),
    {
      username,
      auth_username: username,
      ...(password === undefined ? {} : { password: seal.openText(password, `device-lines/${device}/${position}`) }),
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(number === undefined ? {} : { number }),
      ...servers,
    },
  ])
  const built = Object.keys(parameters)
  return {
    X_key: '',
    config_version: 1,
    protocol: 'SIP',
    X_xivo_user_uuid: user ?? '',
    sip_lines: Object.fromEntries(sipLines),
    ...parameters,
    ...(built.length === 0 ? {} : { [builtName]: built }),
  }
}
