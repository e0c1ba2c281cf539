import type { Seal } from './seal.ts'

/** A SIP account: the endpoint’s name is its user name. */
export interface AutoprovAccount {
  readonly username: string
  readonly password: string
}

/**
 * The account with which all phones start that nobody has configured. Who writes their files and who makes the endpoint
 * start in any order and must say the same from the first file on: what a phone was told earlier would be of no use.
 */
export function autoprovAccount(seal: Pick<Seal, 'derive'>): AutoprovAccount {
  const text = (about: string, length: number) => Buffer.from(seal.derive(`autoprov/${about}`, length))
  return {
    username: `ap${text('username', 4).toString('hex')}`,
    password: text('password', 12).toString('base64url'),
  }
}
