import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { makeCertificate, tlsFiles } from './certificate.ts'
import { openHome } from './home.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('NO openssl PROGRAM: MAKING CERTIFICATES SKIPPED')
const home = openHome(mkdtempSync(join(tmpdir(), 'strowger-certificate-')))
afterAll(() => rmSync(home.folder, { recursive: true, force: true }))
const files = tlsFiles(home)

describe.skipIf(!hasOpenssl)('make certificate', () => {
  it('makes an authority once, and certificates by it that clients accept for each name and address', async () => {
    let said = ''
    expect(makeCertificate(home, ['192.0.2.10', 'phones.example', '127.0.0.1'], (text) => (said += text))).toBe(0)
    expect(said).toContain('Made a certificate authority')
    const root = readFileSync(files.root)
    const first = new X509Certificate(readFileSync(files.certificate))
    expect(first.verify(new X509Certificate(root).publicKey)).toBe(true)
    expect(first.checkIP('192.0.2.10')).toBe('192.0.2.10')
    expect(first.checkHost('phones.example')).toBe('phones.example')
    expect(said).toContain(new X509Certificate(root).fingerprint256.replaceAll(':', '').toLowerCase())

    expect(makeCertificate(home, [], () => {})).toBe(0)
    expect(readFileSync(files.root).equals(root)).toBe(true)
    expect(new X509Certificate(readFileSync(files.certificate)).serialNumber).not.toBe(first.serialNumber)
    expect(await accepted(root)).toBe(true)
  })

  it('leaves keys that only their owner reads, and nothing half-made', () => {
    for (const key of [files.key, files.rootKey]) expect(statSync(key).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(files.key)).sort()).toEqual(['ca.key', 'ca.pem', 'server.key', 'server.pem'])
  })

  it('is a certificate that openssl finds in order as a server’s', () => {
    const words = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', files.root, files.certificate]
    expect(execFileSync('openssl', words).toString()).toContain('OK')
  })
})

it('refuses what is neither a name nor an address', () => {
  let said = ''
  expect(makeCertificate(home, ['a,IP:1.2.3.4'], (text) => (said += text))).toBe(1)
  expect(said).toContain('neither a name nor an address')
})

it('says what to install when there is no openssl program', () => {
  const path = process.env['PATH']
  process.env['PATH'] = '/nowhere'
  let said = ''
  try {
    expect(makeCertificate(home, ['127.0.0.1'], (text) => (said += text))).toBe(1)
  } finally {
    process.env['PATH'] = path
  }
  expect(said).toContain('apt-get install openssl')
})

function accepted(root: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      const socket = connect({ port, host: '127.0.0.1', ca: root }, () => {
        resolve(socket.authorized)
        socket.destroy()
        server.close()
      })
      socket.on('error', reject)
    })
  })
}
