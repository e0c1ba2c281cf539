import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { defaultRouteAddress, localAddresses } from './advertised-host.ts'
import type { Home } from './home.ts'

/** Where certificate and key for phones lie; ingress takes them from there within moments. */
export function tlsFiles(home: Home): { root: string; rootKey: string; certificate: string; key: string } {
  const inside = (name: string) => join(home.state('tls'), name)
  return {
    root: inside('ca.pem'),
    rootKey: inside('ca.key'),
    certificate: inside('server.pem'),
    key: inside('server.key'),
  }
}

/** Phones keep the root for years; the server’s certificate lives as long as clients of today accept. */
const rootDays = 7_300
const serverDays = 397

/**
 * Makes a certificate authority of this site's own, once, and a server certificate by it for these names and addresses
 * (without any: all of this machine). RSA, since old phones know no other keys. What is replaced is replaced whole.
 * @returns the exit code: 1 when the openssl program is missing or fails.
 */
export function makeCertificate(home: Home, wanted: readonly string[], print: (text: string) => void): number {
  const own = [defaultRouteAddress(), ...localAddresses(), 'localhost']
  const names = wanted.length > 0 ? [...wanted] : [...new Set(own)]
  const wrong = names.find((name) => isIP(name) === 0 && !/^(\*\.)?[\w-]+(\.[\w-]+)*$/.test(name))
  if (wrong !== undefined) {
    print(`"${wrong}" is neither a name nor an address.\n`)
    return 1
  }
  const files = tlsFiles(home)
  const folder = mkdtempSync(join(home.state('tls'), 'new-'))
  try {
    const isNew = !existsSync(files.root) || !existsSync(files.rootKey)
    if (isNew) makeRoot(folder, files)
    makeServer(folder, files, names)
    const fingerprint = createHash('sha256')
      .update(derFrom(readFileSync(files.root, 'latin1')))
      .digest('hex')
    print(
      [
        `${isNew ? 'Made a certificate authority and' : 'Made'} a certificate for ${names.join(', ')} (${serverDays} days).`,
        `Phones must be given the authority:  ${files.root}`,
        `  its SHA-256 fingerprint:           ${fingerprint}`,
        'HTTPS uses the certificate at once, without a restart.',
        '',
      ].join('\n'),
    )
    return 0
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: Buffer }
    if (code === 'ENOENT') print('The program openssl is missing. On Debian and Ubuntu: apt-get install openssl\n')
    else print(`openssl failed: ${stderr?.toString() ?? String(error)}\n`)
    return 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function makeRoot(folder: string, files: ReturnType<typeof tlsFiles>): void {
  const serial = randomBytes(4).toString('hex')
  openssl(folder, [
    ...['req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-sha256', '-days', String(rootDays)],
    ...['-subj', `/O=Strowger/CN=Strowger site CA ${serial}`],
    ...['-addext', 'basicConstraints=critical,CA:TRUE,pathlen:0'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    ...['-keyout', 'ca.key', '-out', 'ca.pem'],
  ])
  chmodSync(join(folder, 'ca.key'), 0o600)
  renameSync(join(folder, 'ca.key'), files.rootKey)
  renameSync(join(folder, 'ca.pem'), files.root)
}

function makeServer(folder: string, files: ReturnType<typeof tlsFiles>, names: readonly string[]): void {
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`)
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    'extendedKeyUsage=serverAuth',
    `subjectAltName=${alternatives.join(',')}`,
  ]
  writeFileSync(join(folder, 'extensions'), `${extensions.join('\n')}\n`)
  // A common name has 64 characters at most (X.520); clients look at the alternative names.
  const subject = `/O=Strowger/CN=${(names[0] ?? '').slice(0, 64)}`
  openssl(folder, ['req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', 'server.key', '-out', 'csr'])
  openssl(folder, [
    ...['x509', '-req', '-in', 'csr', '-sha256', '-days', String(serverDays), '-extfile', 'extensions'],
    ...['-CA', files.root, '-CAkey', files.rootKey, '-set_serial', `0x01${randomBytes(15).toString('hex')}`],
    ...['-out', 'server.pem'],
  ])
  chmodSync(join(folder, 'server.key'), 0o600)
  renameSync(join(folder, 'server.key'), files.key)
  renameSync(join(folder, 'server.pem'), files.certificate)
}

function openssl(folder: string, words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}

function derFrom(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
}
