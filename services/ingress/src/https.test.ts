import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { type Clock, createClock, createManualClock } from '@strowger/service'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createConnections } from './connections.ts'
import { createPhoneListener } from './http.ts'
import { listenHttps } from './https.ts'
import { createIngress, file, type IngressOptions, patience } from './ingress-for-tests.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('NO openssl PROGRAM: HTTPS SKIPPED')

let folder = ''
const at = (name: string) => join(folder, name)
const openssl = (...words: string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })

function makeRoot(name: string): void {
  openssl(
    ...`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=${name}`.split(' '),
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.pem`,
  )
}

/** RSA, since phones of old know no other keys. */
function makeCertificate(name: string, root: string, subject: string): void {
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n')
  openssl(
    ...`x509 -req -days 2 -in ${name}.csr -CA ${root}.pem -CAkey ${root}.key -set_serial ${name.length} -extfile names -out ${name}.pem`.split(
      ' ',
    ),
  )
}

const releases: (() => Promise<void>)[] = []
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strowger-https-'))
  if (!hasOpenssl) return
  for (const root of ['site', 'vendor', 'stranger']) makeRoot(root)
  makeCertificate('first', 'site', '/CN=first')
  makeCertificate('second', 'site', '/CN=second')
  makeCertificate('phone', 'vendor', '/O=Yealink/CN=001565123456')
  makeCertificate('forged', 'stranger', '/O=Yealink/CN=001565123456')
  mkdirSync(at('roots'))
  copyFileSync(at('vendor.pem'), at('roots/vendor.pem'))
  writeFileSync(at('roots/broken.pem'), 'no certificate')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  for (const release of releases.splice(0)) await release()
})

/** Puts a certificate where the server looks, as those who renew one do. */
function use(name: string): void {
  for (const kind of ['key', 'pem']) {
    copyFileSync(at(`${name}.${kind}`), at(`new.${kind}`))
    renameSync(at(`new.${kind}`), at(`server.${kind}`))
  }
}

async function start(
  options: IngressOptions & { oldPhones?: boolean; roots?: boolean; rootsIn?: string; clock?: Clock; in?: string } = {},
) {
  const warnings: string[] = []
  const { parts, ...seen } = createIngress(async () => file, options)
  const server = await listenHttps({
    connections: createConnections({ max: 100, maxPerSource: undefined }),
    host: '127.0.0.1',
    port: 0,
    files: {
      certificate: at(join(options.in ?? '', 'server.pem')),
      key: at(join(options.in ?? '', 'server.key')),
      clientRoots: options.roots ? at('roots') : options.rootsIn && at(options.rootsIn),
    },
    oldPhones: options.oldPhones ?? false,
    listener: (certificateMac) => createPhoneListener({ ...parts, certificateMac }),
    patience,
    clock: options.clock ?? createClock(),
    log: { info: () => {}, warn: (_fields: unknown, text?: string) => void warnings.push(text ?? '') },
  })
  releases.push(server.close)
  return { server, warnings, ...seen }
}

function shake(port: number | undefined, options: ConnectionOptions = {}): Promise<{ protocol: string; name: string }> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect(
      { port: port ?? 0, host: '127.0.0.1', ca: readFileSync(at('site.pem')), ...options },
      () => {
        resolve({ protocol: socket.getProtocol() ?? '', name: String(socket.getPeerCertificate().subject.CN) })
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}

function fetchWith(port: number | undefined, certificate: string | undefined): Promise<number> {
  const own =
    certificate === undefined
      ? {}
      : { cert: readFileSync(at(`${certificate}.pem`)), key: readFileSync(at(`${certificate}.key`)) }
  return new Promise((resolve, reject) => {
    const asked = request(
      { port, host: '127.0.0.1', path: '/a.cfg', ca: readFileSync(at('site.pem')), agent: false, ...own },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    asked.on('error', reject).end()
  })
}

describe.skipIf(!hasOpenssl)('HTTPS for phones', () => {
  it('serves curl, which verifies the certificate', async () => {
    use('first')
    const { server } = await start()
    const { stdout } = await promisify(execFile)('curl', [
      '-sS',
      '--cacert',
      at('site.pem'),
      `https://127.0.0.1:${server.port}/a.cfg`,
    ])
    expect(stdout).toBe('#!version:1.0.0.1\n')
  })

  it('takes a renewed certificate without a restart, and keeps the old one while the new is not whole', async () => {
    use('first')
    const { server, warnings } = await start()
    expect((await shake(server.port)).name).toBe('first')
    copyFileSync(at('second.pem'), at('server.pem'))
    await expect.poll(() => warnings, { timeout: 5_000 }).toEqual(['the certificate before it stays'])
    expect((await shake(server.port)).name).toBe('first')
    copyFileSync(at('second.key'), at('server.key'))
    await expect.poll(async () => (await shake(server.port)).name, { timeout: 5_000 }).toBe('second')
  })

  it('begins when there is a certificate', async () => {
    for (const kind of ['key', 'pem']) rmSync(at(`server.${kind}`), { force: true })
    const { server } = await start()
    expect(server.port).toBeUndefined()
    use('first')
    await expect.poll(() => server.port, { timeout: 5_000 }).toBeDefined()
    expect((await shake(server.port)).name).toBe('first')
  })

  it('begins also where the file system tells of no change, at the next look', async () => {
    const clock = createManualClock()
    const { server } = await start({ clock, in: 'mounted' })
    use('first')
    mkdirSync(at('mounted'))
    for (const kind of ['key', 'pem']) copyFileSync(at(`server.${kind}`), at(`mounted/server.${kind}`))
    await clock.advance(29_000)
    expect(server.port).toBeUndefined()
    await clock.advance(2_000)
    await expect.poll(() => server.port, { timeout: 5_000 }).toBeDefined()
  })

  it('speaks TLS 1.2 and 1.3, and with old phones only when it is told to', async () => {
    use('first')
    const modern = await start()
    const old: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'AES128-SHA:@SECLEVEL=0' }
    expect((await shake(modern.server.port)).protocol).toBe('TLSv1.3')
    expect((await shake(modern.server.port, { maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2')
    await expect(shake(modern.server.port, { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' })).rejects.toThrow()
    await expect(shake(modern.server.port, old)).rejects.toThrow()
    const tolerant = await start({ oldPhones: true })
    expect((await shake(tolerant.server.port, old)).protocol).toBe('TLSv1')
    expect((await shake(tolerant.server.port)).protocol).toBe('TLSv1.3')
  })

  it('knows a phone by a certificate that a vendor’s root vouches for, and by no other', async () => {
    use('first')
    const { server, asked } = await start({ roots: true })
    expect(await fetchWith(server.port, 'phone')).toBe(200)
    expect(await fetchWith(server.port, 'forged')).toBe(200)
    expect(await fetchWith(server.port, undefined)).toBe(200)
    // The answer for the certificate is nobody else’s: two are asked for.
    expect(asked.map(({ mac }) => mac)).toEqual(['00:15:65:12:34:56', undefined])
  })

  it('asks phones for a certificate once there is a root, on the same port and without a restart', async () => {
    use('first')
    rmSync(at('later-roots'), { recursive: true, force: true })
    const clock = createManualClock()
    const { server, asked } = await start({ rootsIn: 'later-roots', clock })
    const { port } = server
    expect(await fetchWith(port, 'phone')).toBe(200)
    expect(asked.map(({ mac }) => mac)).toEqual([undefined])
    cpSync(at('roots'), at('later-roots'), { recursive: true })
    await clock.advance(31_000)
    await expect
      .poll(
        async () => {
          await fetchWith(port, 'phone').catch(() => {})
          return asked.at(-1)?.mac
        },
        { timeout: 5_000 },
      )
      .toBe('00:15:65:12:34:56')
    expect(server.port).toBe(port)
  })

  it('takes no certificate for a phone’s behind a proxy', async () => {
    use('first')
    const { server, asked } = await start({ roots: true, trustedProxies: 1 })
    expect(await fetchWith(server.port, 'phone')).toBe(400)
    expect(asked).toEqual([])
  })
})
