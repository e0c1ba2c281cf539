import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Fault } from '@strowger/schema'
import { newId } from './random.ts'

/** What the key file holds: keys of 32 bytes in base64 by id, and which one seals. Older ones only open. */
export interface SealKeyRing {
  current: string
  keys: Record<string, string>
}

/**
 * Seals secrets with AES-256-GCM (NIST SP 800-38D) as `sealed:v1:<keyId>:<nonce, ciphertext, tag>`, the last part in
 * base64url for text and raw for bytes. `about` is authenticated with it: say whose secret it is (as
 * `devices/<id>/password`), and the sealed value opens nowhere else.
 */
export interface Seal {
  sealText(plain: string, about: string): string
  /** Fault `internal` when the key is not in the ring, or the value was altered or belongs elsewhere. */
  openText(sealed: string, about: string): string
  sealBytes(plain: Uint8Array, about: string): Uint8Array
  /** As `sealBytes`, of many pieces to many pieces: what is large is copied by whoever joins them, and only then. */
  sealPieces(plain: readonly Uint8Array[], about: string): readonly Uint8Array[]
  /** As `openText`. */
  openBytes(sealed: Uint8Array, about: string): Uint8Array
  /** Of all services with this key ring the same bytes, that tell nothing of the key (HKDF with SHA-256, RFC 5869). */
  derive(about: string, length: number): Uint8Array
  /** True when it was sealed with another key than the current one, so that a rotation writes it again. */
  isOutdated(sealed: string | Uint8Array): boolean
}

const mark = 'sealed:v1:'
const nonceLength = 12
const tagLength = 16

export function isSealed(text: string): boolean {
  return text.startsWith(mark)
}

/** A ring with one new key. */
export function newSealKeyRing(): SealKeyRing {
  return rotateSealKeyRing({ current: '', keys: {} })
}

/** The ring with a new current key; the others stay for opening. */
export function rotateSealKeyRing(ring: SealKeyRing): SealKeyRing {
  const id = newId().slice(0, 8)
  return { current: id, keys: { ...ring.keys, [id]: randomBytes(32).toString('base64') } }
}

/** Reads a key file. Throws an error that says what is wrong with it. */
export function readSealKeyRing(path: string): SealKeyRing {
  let ring: unknown
  try {
    ring = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`the seal key file ${path} cannot be read: ${String(error)}`)
  }
  if (!isKeyRing(ring)) throw new Error(`the seal key file ${path} must be {"current": id, "keys": {id: base64}}`)
  return ring
}

function isKeyRing(value: unknown): value is SealKeyRing {
  if (typeof value !== 'object' || value === null) return false
  const { current, keys } = value as Partial<SealKeyRing>
  return typeof current === 'string' && typeof keys === 'object' && keys !== null && current in keys
}

function refusal(internal: string, cause?: unknown): Fault {
  return new Fault('internal', { internal, cause })
}

/** Key id and where the sealed part begins. */
function headOf(sealed: Buffer): { keyId: string; length: number } {
  const end = sealed.indexOf(':', mark.length)
  if (!sealed.subarray(0, mark.length).equals(Buffer.from(mark)) || end < 0) throw refusal('the value is not sealed')
  return { keyId: sealed.toString('latin1', mark.length, end), length: end + 1 }
}

export function createSeal(ring: SealKeyRing): Seal {
  const keys = new Map(Object.entries(ring.keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]))
  for (const [id, key] of keys) {
    if (key.length !== 32 || id.includes(':')) throw new Error(`seal key "${id}" must be 32 bytes in base64`)
  }
  const keyOf = (id: string): Buffer => {
    const key = keys.get(id)
    if (!key) throw refusal(`seal key "${id}" is not in the key file`)
    return key
  }

  const nextNonce = createNonces()

  function encrypt(plain: readonly Uint8Array[], about: string): Uint8Array[] {
    const nonce = nextNonce()
    const cipher = createCipheriv('aes-256-gcm', keyOf(ring.current), nonce)
    cipher.setAAD(Buffer.from(about))
    const pieces = plain.map((piece) => cipher.update(piece))
    cipher.final()
    return [nonce, ...pieces, cipher.getAuthTag()]
  }

  function decrypt(keyId: string, box: Buffer, about: string): Buffer {
    const key = keyOf(keyId)
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, nonceLength), { authTagLength: tagLength })
      decipher.setAAD(Buffer.from(about))
      decipher.setAuthTag(box.subarray(-tagLength))
      return Buffer.concat([decipher.update(box.subarray(nonceLength, -tagLength)), decipher.final()])
    } catch (error) {
      throw refusal(`a value sealed with key "${keyId}" was altered or is not about "${about}"`, error)
    }
  }

  const head = `${mark}${ring.current}:`
  const headBytes = Buffer.from(head)
  return {
    sealText: (plain, about) => head + Buffer.concat(encrypt([Buffer.from(plain)], about)).toString('base64url'),
    openText(sealed, about) {
      const { keyId, length } = headOf(Buffer.from(sealed, 'latin1'))
      return decrypt(keyId, Buffer.from(sealed.slice(length), 'base64url'), about).toString()
    },
    sealBytes: (plain, about) => Buffer.concat([headBytes, ...encrypt([plain], about)]),
    sealPieces: (plain, about) => [headBytes, ...encrypt(plain, about)],
    openBytes(sealed, about) {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      const { keyId, length } = headOf(bytes)
      return decrypt(keyId, bytes.subarray(length), about)
    },
    derive: (about, length) => Buffer.from(hkdfSync('sha256', keyOf(ring.current), '', about, length)),
    isOutdated(sealed) {
      const bytes = typeof sealed === 'string' ? Buffer.from(sealed, 'latin1') : Buffer.from(sealed)
      return headOf(bytes).keyId !== ring.current
    },
  }
}

/** Random nonces, drawn many at a time: asking for twelve bytes costs as much as for some thousand. */
function createNonces(): () => Uint8Array {
  let drawn = Buffer.alloc(0)
  let used = 0
  return () => {
    if (used === drawn.length) {
      drawn = randomBytes(nonceLength * 256)
      used = 0
    }
    used += nonceLength
    return drawn.subarray(used - nonceLength, used)
  }
}
