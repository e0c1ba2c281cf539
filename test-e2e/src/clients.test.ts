import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPhone, type House, runProgram, scratchFolder, startHouse } from '@strowger/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientPackages, missingClients } from './install-clients.ts'

const file = '001565123457.cfg'
const agent = 'Yealink SIP-T46S 66.86.0.15 00:15:65:12:34:57'

interface Fetch {
  readonly name: string
  readonly program: string
  /** Fetches into the file `to`. */
  args(ports: { http: string; tftp: string }, to: string): readonly string[]
}

const host = '127.0.0.1'
const fetches: readonly Fetch[] = [
  {
    name: 'curl over HTTP',
    program: 'curl',
    args: ({ http }, to) => ['-sSf', '-A', agent, '-o', to, `http://${host}:${http}/${file}`],
  },
  {
    name: 'busybox wget',
    program: 'busybox',
    args: ({ http }, to) => ['wget', '-q', '-U', agent, '-O', to, `http://${host}:${http}/${file}`],
  },
  {
    name: 'curl over TFTP',
    program: 'curl',
    args: ({ tftp }, to) => ['-sSf', '-o', to, `tftp://${host}:${tftp}/${file}`],
  },
  { name: 'atftp', program: 'atftp', args: ({ tftp }, to) => ['-g', '-r', file, '-l', to, host, tftp] },
  {
    name: 'atftp with a window of 16',
    program: 'atftp',
    args: ({ tftp }, to) => ['--option', 'windowsize 16', '-g', '-r', file, '-l', to, host, tftp],
  },
  { name: 'tftp-hpa', program: 'tftp', args: ({ tftp }, to) => ['-m', 'binary', host, tftp, '-c', 'get', file, to] },
  {
    name: 'busybox tftp',
    program: 'busybox',
    args: ({ tftp }, to) => ['tftp', '-g', '-r', file, '-l', to, host, tftp],
  },
]

const missing = missingClients()
for (const client of missing) {
  console.warn(
    `${client.toUpperCase()} IS NOT INSTALLED, ITS TESTS ARE SKIPPED: apt-get install ${clientPackages[client]}`,
  )
}

describe('one file, by every client', () => {
  let house: House
  let folder: string
  let bytes: Buffer
  beforeAll(async () => {
    folder = scratchFolder('clients-')
    house = await startHouse()
    bytes = await createPhone({ ports: house.phones, mac: '00:15:65:12:34:57', address: host }).fetchHttp()
  })
  afterAll(async () => {
    await house?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const { name, program, args } of fetches) {
    test.skipIf(missing.includes(program))(`${name} gets the same bytes`, async () => {
      const to = join(folder, name.replaceAll(' ', '-'))
      const ports = { http: String(house.phones.httpPort), tftp: String(house.phones.tftpPort) }
      const { code, stderr } = await runProgram(program, args(ports, to))
      expect(code, stderr).toBe(0)
      expect(existsSync(to) && readFileSync(to).equals(bytes)).toBe(true)
    })
  }
})
