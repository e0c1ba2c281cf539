import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTftpServer, type TftpServer } from './server.ts'

/** Real clients, as they are installed. What is missing is skipped, and said. */
interface Client {
  readonly name: string
  readonly probe: readonly [string, ...string[]]
  command(host: string, port: number, file: string, to: string): readonly [string, ...string[]]
}

const clients: readonly Client[] = [
  {
    name: 'curl',
    probe: ['curl', '--version'],
    command: (host, port, file, to) => {
      const authority = host.includes(':') ? `[${host}]` : host
      return ['curl', '-sS', '-m', '15', '-o', to, `tftp://${authority}:${port}/${file}`]
    },
  },
  {
    name: 'curl without options',
    probe: ['curl', '--version'],
    command: (host, port, file, to) => {
      const authority = host.includes(':') ? `[${host}]` : host
      return ['curl', '-sS', '-m', '15', '--tftp-no-options', '-o', to, `tftp://${authority}:${port}/${file}`]
    },
  },
  {
    name: 'atftp with a block size of 1428',
    probe: ['atftp', '--version'],
    command: (host, port, file, to) => [
      'atftp',
      '--option',
      'blksize 1428',
      '-g',
      '-r',
      file,
      '-l',
      to,
      host,
      String(port),
    ],
  },
  {
    name: 'atftp with a window of 16',
    probe: ['atftp', '--version'],
    command: (host, port, file, to) => [
      'atftp',
      '--option',
      'windowsize 16',
      '-g',
      '-r',
      file,
      '-l',
      to,
      host,
      String(port),
    ],
  },
  {
    name: 'tftp-hpa',
    probe: ['tftp', '-V'],
    command: (host, port, file, to) => ['tftp', '-m', 'binary', host, String(port), '-c', 'get', file, to],
  },
  {
    name: 'tftp-hpa in netascii',
    probe: ['tftp', '-V'],
    command: (host, port, file, to) => ['tftp', '-m', 'netascii', host, String(port), '-c', 'get', file, to],
  },
  {
    name: 'busybox',
    probe: ['busybox', '--list'],
    command: (host, port, file, to) => ['busybox', 'tftp', '-g', '-r', file, '-l', to, host, String(port)],
  },
  {
    name: 'busybox with a block size of 4096',
    probe: ['busybox', '--list'],
    command: (host, port, file, to) => [
      'busybox',
      'tftp',
      '-b',
      '4096',
      '-g',
      '-r',
      file,
      '-l',
      to,
      host,
      String(port),
    ],
  },
]

const installed = clients.filter(({ probe: [program, ...args] }) => spawnSync(program, args).error === undefined)
const missing = clients.filter((client) => !installed.includes(client)).map(({ name }) => name)
if (missing.length > 0) console.warn(`TFTP CLIENTS NOT INSTALLED, SKIPPED: ${missing.join(', ')}`)

const hasIpv6 =
  spawnSync(process.execPath, [
    '-e',
    "require('node:dgram').createSocket('udp6').on('error',()=>process.exit(1)).bind(0,'::1',()=>process.exit(0))",
  ]).status === 0
if (!hasIpv6) console.warn('NO IPv6 ON THIS MACHINE: TFTP OVER IPv6 SKIPPED')

/** Text in lines, so that netascii has something to convert. */
const sizes = [0, 1, 511, 512, 513, 1024, 3600, 512 * 9, 1428 * 3, 300_000]
const files = new Map(
  sizes.map((size) => [`size-${size}`, Buffer.from('a line of a configuration\n'.repeat(12_000)).subarray(0, size)]),
)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strowger-tftp-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const hosts = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']
const cases = hosts.flatMap((host) =>
  installed.flatMap((client) => [
    { client, host, singlePort: false, name: client.name, port: 'own ports' },
    { client, host, singlePort: true, name: client.name, port: 'one port' },
  ]),
)

describe.each(cases)('$name from $host over $port', ({ client, host, singlePort }) => {
  let server: TftpServer
  beforeAll(async () => {
    server = await createTftpServer({
      host,
      port: 0,
      singlePort,
      handle: async ({ filename }) => {
        const bytes = files.get(filename)
        return bytes ? { kind: 'file', bytes } : { kind: 'error', code: 1, message: 'File not found' }
      },
    })
  })
  afterAll(() => server.close())

  it('fetches files of every awkward size', async () => {
    for (const [name, bytes] of files) {
      const to = join(folder, `${client.name}-${host}-${singlePort}-${name}`.replace(/[^\w-]/g, '_'))
      const [program, ...args] = client.command(host, server.address().port, name, to)
      const { code, output } = await run(program, args)
      expect(code, `${name}: ${output}`).toBe(0)
      const got = await readFile(to).catch((error: NodeJS.ErrnoException) => {
        // curl makes no file for an empty answer.
        if (error.code === 'ENOENT' && bytes.length === 0) return Buffer.alloc(0)
        throw error
      })
      expect(got.equals(bytes), `${name}: ${got.length} bytes came`).toBe(true)
    }
    await expect.poll(() => server.stats().active).toBe(0)
    expect(server.stats()).toMatchObject({ ended: { sent: files.size, 'timed-out': 0 }, retransmissions: 0 })
  })
})

function run(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, timeout: 20_000 })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
