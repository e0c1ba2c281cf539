import { createHash, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContextOptions } from 'node:tls'

/** Where the certificate, its key and the roots of phones’ own certificates lie. */
export interface TlsFiles {
  /** PEM: the server’s certificate, then those between it and its root. */
  readonly certificate: string
  /** PEM, not encrypted. */
  readonly key: string
  /** Folder of roots that phones’ certificates are verified against; while there is none, none is asked for. */
  readonly clientRoots: string | undefined
}

export interface TlsMaterial {
  readonly options: SecureContextOptions
  /** Changes when anything of it does. */
  readonly digest: string
  readonly subject: string
  readonly validTo: string
  /** Subjects of the roots that vouch for phones. */
  readonly roots: readonly string[]
  /** Files in the folder of roots that are no certificates. */
  readonly unreadableRoots: readonly string[]
}

const modernCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
]

/**
 * Reads everything anew. Throws when the certificate or its key is missing, unreadable, or when they do not belong
 * together.
 *
 * @param oldPhones also TLS 1.0 and 1.1, CBC and RSA key exchange, SHA-1 signatures and keys of 1,024 bits
 */
export function readTlsMaterial(files: TlsFiles, oldPhones: boolean): TlsMaterial {
  const certificate = readFileSync(files.certificate)
  const key = readFileSync(files.key)
  const { roots, unreadable } = readRoots(files.clientRoots)
  const options: SecureContextOptions = {
    cert: certificate,
    key,
    // An empty list is not the same as none: without one, the roots of the public web would count.
    ca: roots,
    minVersion: oldPhones ? 'TLSv1' : 'TLSv1.2',
    ciphers: [...modernCiphers, ...(oldPhones ? ['HIGH', '!aNULL', '!eNULL', '@SECLEVEL=0'] : [])].join(':'),
    honorCipherOrder: true,
  }
  createSecureContext(options)
  const { subject, validTo } = new X509Certificate(certificate)
  const digest = createHash('sha256').update(certificate).update('\0').update(key).update('\0').update(roots.join('\0'))
  return {
    options,
    digest: digest.digest('hex'),
    subject,
    validTo,
    roots: roots.map((root) => new X509Certificate(root).subject.replaceAll('\n', ', ')),
    unreadableRoots: unreadable,
  }
}

function readRoots(folder: string | undefined): { roots: string[]; unreadable: string[] } {
  const roots: string[] = []
  const unreadable: string[] = []
  const names = filesIn(folder).filter((name) => /\.(pem|crt|cer|der)$/i.test(name))
  for (const name of names.sort()) {
    try {
      roots.push(...certificatesIn(readFileSync(join(folder ?? '', name))))
    } catch {
      unreadable.push(name)
    }
  }
  return { roots, unreadable }
}

/** None of a folder that is not there: it may come. */
function filesIn(folder: string | undefined): string[] {
  try {
    return folder === undefined ? [] : readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** Each certificate of a file as PEM: the file is one in DER, or any number in PEM. */
function certificatesIn(bytes: Buffer): string[] {
  const blocks = bytes.toString('latin1').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  return (blocks ?? [bytes]).map((block) => new X509Certificate(block).toString())
}
