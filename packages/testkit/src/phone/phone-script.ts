/**
 * How one phone starts, as data: what it asks for, in its order, by which protocol and under which name. In every text
 * `{mac}` is its mac in lower case without colons, `{MAC}` in upper case, `{MAC10}` that without its first byte,
 * `{mac:}`, `{MAC-}` with colons and hyphens, and `{username}`, `{auth}`, `{password}`, `{name}`, `{number}` its line.
 */
export interface PhoneScript {
  readonly kind: 'desk' | 'conference' | 'dect' | 'wireless' | 'ata' | 'gateway' | 'pager' | 'softphone'
  /** With colons. */
  readonly mac: string
  readonly agent?: string
  /** What the house must have found out when the phone has started once. */
  readonly is: { readonly vendor: string; readonly model: string; readonly version?: string; readonly plugin: string }
  readonly boot: readonly BootStep[]
}

export type BootStep =
  /** A DHCP server tells of its lease: option -> text, bytes as latin-1. */
  | { readonly dhcp: Readonly<Record<string, string>> }
  | (Asked & { readonly http: string })
  | (Asked & { readonly tftp: string })
  /** It sends what it has written, with PUT. */
  | { readonly put: string; readonly body: string; readonly agent?: string }

interface Asked {
  /** Its own file, one of all phones, or one that is not there and that it does without. */
  readonly gets: 'own' | 'shared' | 'absent'
  /** Where it calls itself something else than otherwise. */
  readonly agent?: string
  readonly format?: 'key-value' | 'xml'
  /** Name in the file -> value, once the line is configured; names as `readVendorFile` has them. */
  readonly holds?: Readonly<Record<string, string>>
  /** Texts that lead the phone on to its next files. */
  readonly leadsTo?: readonly string[]
}

export interface PhoneFamily {
  readonly family: string
  readonly phones: readonly PhoneScript[]
}

/** The account that a scripted phone is given: everything in it is its own and nobody else’s. */
export function lineOf({ mac }: Pick<PhoneScript, 'mac'>) {
  const bare = mac.replaceAll(':', '')
  return {
    username: `u${bare}`,
    auth_username: `a${bare}`,
    password: `pw${bare}`,
    display_name: `Desk ${bare}`,
    number: `7${Number.parseInt(bare.slice(-5), 16)}`,
  }
}

/** A text of a script for its phone. */
export function filledIn(script: Pick<PhoneScript, 'mac'>, text: string): string {
  const bare = script.mac.replaceAll(':', '')
  const line = lineOf(script)
  const values: Readonly<Record<string, string>> = {
    mac: bare,
    MAC: bare.toUpperCase(),
    MAC10: bare.slice(2).toUpperCase(),
    'mac:': script.mac,
    'MAC-': script.mac.toUpperCase().replaceAll(':', '-'),
    username: line.username,
    auth: line.auth_username,
    password: line.password,
    name: line.display_name,
    number: line.number,
  }
  return text.replace(/\{([A-Za-z0-9:-]+)\}/g, (all, name: string) => values[name] ?? all)
}
