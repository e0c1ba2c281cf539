import { createHash } from 'node:crypto'
import { newSecret } from '@strowger/service'

/** The prefix lets scanners of repositories recognise a token that was committed by mistake. */
export function newTokenText(): string {
  return `strowger_${newSecret()}`
}

/** SHA-256: all that is kept of a token. */
export function tokenHash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
