import type { RunningAsterisk } from '@strowger/testkit'
import type { AsteriskAddress } from '../src/apply/asterisk-link.ts'

/** How a worker reaches an Asterisk that a test has started. */
export function addressOf({ ariPort, amiPort, secret }: RunningAsterisk): AsteriskAddress {
  return {
    id: 'one',
    ariUrl: `http://127.0.0.1:${ariPort}`,
    ariUsername: 'strowger',
    ariPassword: secret,
    amiHost: '127.0.0.1',
    amiPort,
    amiUsername: 'strowger',
    amiSecret: secret,
  }
}
