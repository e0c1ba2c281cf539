import type { DeviceLine, DeviceLines, Line, LineParameters, Registrar } from '@strowger/schema'
import type { Seal } from '@strowger/service'
import { lineParameters, linesWithKeyOf } from './line-parameters.ts'
import type { View, Written } from './models.ts'
import { createPicture, firstExtension, type Picture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'

/** A line as its phone is told it, the password in clear. */
export interface PlainLine extends DeviceLine {
  readonly tenant: string
}

export interface PlainDeviceLines {
  readonly device: string
  readonly tenant: string
  readonly lines: readonly PlainLine[]
  readonly parameters: LineParameters
}

/** Names of a registrar’s servers as configs of devices have them. */
const serverNames = {
  main_host: 'registrar_ip',
  main_port: 'registrar_port',
  backup_host: 'backup_registrar_ip',
  backup_port: 'backup_registrar_port',
  proxy_main_host: 'proxy_ip',
  proxy_main_port: 'proxy_port',
  proxy_backup_host: 'backup_proxy_ip',
  proxy_backup_port: 'backup_proxy_port',
  outbound_proxy_host: 'outbound_proxy_ip',
  outbound_proxy_port: 'outbound_proxy_port',
} as const

function serversOf(registrar: Registrar | undefined): DeviceLine['servers'] {
  const servers: DeviceLine['servers'] = {}
  for (const [name, parameter] of Object.entries(serverNames)) {
    const value = registrar?.[name as keyof typeof serverNames]
    if (value !== undefined && value !== null && value !== '') servers[parameter] = value
  }
  return servers
}

/** What a phone needs to know of its lines, and when that changes. */
export function createDeviceLines(parts: { secrets: SipSecrets; seal: Seal }) {
  const { secrets, seal } = parts

  function plainLine(picture: Picture, line: Line): PlainLine | undefined {
    const { view } = picture
    const endpoint = line.endpoint === undefined ? undefined : view.get('configuration', line.endpoint)
    if (endpoint === undefined) return undefined
    const auth = picture.resolved(endpoint).sections.auth
    const valueIn = (option: string) => {
      const entry = auth.findLast((one) => one.option === option)
      return entry && secrets.open(entry.by, 'auth', option, entry.value)
    }
    const password = valueIn('password')
    const number = line.callerIdNumber ?? firstExtension(view, line.id)
    const displayName = line.callerIdName ?? nameIn(picture, endpoint.uuid)
    const [user] = line.users
    return {
      tenant: line.tenant,
      line: line.id,
      position: line.position,
      username: valueIn('username') ?? endpoint.name,
      ...(password === undefined ? {} : { password }),
      ...(displayName === undefined ? {} : { displayName }),
      ...(number === undefined ? {} : { number }),
      ...(user === undefined ? {} : { user }),
      servers: serversOf(view.get('registrar', line.registrar ?? 'default')),
    }
  }

  function nameIn(picture: Picture, endpoint: string): string | undefined {
    const configuration = picture.view.get('configuration', endpoint)
    const own = configuration?.sections.endpoint?.findLast(([option]) => option === 'callerid')?.[1]
    return own === undefined ? undefined : (/^\s*"?([^"<]*?)"?\s*(?:<.*)?$/.exec(own)?.[1] ?? own)
  }

  function toldTo(picture: Picture, device: string): Pick<PlainDeviceLines, 'lines' | 'parameters'> {
    const lines = picture.view.by('line of device', device).sort((a, b) => a.position - b.position)
    return {
      lines: lines.flatMap((line) => plainLine(picture, line) ?? []),
      parameters: lineParameters(picture.view, lines),
    }
  }

  function sealed({ device, tenant, lines, parameters }: PlainDeviceLines, revision: number): DeviceLines {
    return {
      device,
      tenant,
      revision,
      lines: lines.map(({ tenant: _, password, ...line }) => ({
        ...line,
        ...(password === undefined
          ? {}
          : { password: seal.sealText(password, `device-lines/${device}/${line.position}`) }),
      })),
      parameters,
    }
  }

  /** Devices whose lines may be others now. */
  function concerned(before: Picture, after: Picture, written: readonly Written[]): Map<string, string> {
    const devices = new Map<string, string>()
    const add = (line: Line | undefined) => {
      if (line?.device !== undefined) devices.set(line.device, line.tenant)
    }
    const addWithWatchers = (view: View, line: Line | undefined) => {
      if (line === undefined) return
      for (const one of [line, ...linesWithKeyOf(view, line)]) add(one)
    }
    for (const { kind, key } of written) {
      for (const { view, dependents } of [before, after]) {
        if (kind === 'line') addWithWatchers(view, view.get('line', key))
        if (kind === 'registrar') {
          for (const line of view.by('line of registrar', key)) add(line)
          if (key === 'default') for (const line of view.values('line')) if (line.registrar === undefined) add(line)
        }
        if (kind === 'extension') {
          const line = view.get('extension', key)?.line
          if (line !== undefined) addWithWatchers(view, view.get('line', String(line)))
        }
        if (kind === 'setting' && key.endsWith('/features'))
          for (const line of view.values('line')) if (key === `${line.tenant}/features`) add(line)
        if (kind === 'configuration')
          for (const { uuid } of dependents(key)) for (const line of view.by('line of endpoint', uuid)) add(line)
      }
    }
    return devices
  }

  return {
    sealed,
    /** Devices of which what they are told changes. */
    changes(before: View, after: View, written: readonly Written[]): PlainDeviceLines[] {
      if (written.length === 0) return []
      const was = createPicture(before, secrets)
      const is = createPicture(after, secrets)
      return [...concerned(was, is, written)].flatMap(([device, tenant]) => {
        const told = toldTo(is, device)
        if (JSON.stringify(told) === JSON.stringify(toldTo(was, device))) return []
        return [{ device, tenant: told.lines[0]?.tenant ?? tenant, ...told }]
      })
    },
  }
}
export type DeviceLinesOf = ReturnType<typeof createDeviceLines>
