import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended, outputOf, startServer } from '../child.ts'
import { atLeast, type Figure, milliseconds } from '../figure.ts'
import type { Section } from '../report.ts'
import { isInstalled } from '../wrk.ts'

const rounds = 7
const megabytes = 10

/** Options of curl, which is the client of both; only ours has windows, which only atftp asks for. */
const plain = ['--tftp-no-options']
const blocks = (size: number) => ['--tftp-blksize', String(size)]

/** packages/tftp and tftpd-hpa, the same file and the same clients in turns, so that what disturbs one disturbs both. */
export async function benchLargeTftp(peerPort: number): Promise<Section> {
  const title = `A file of ${megabytes} MB over TFTP`
  if (!['curl', 'atftp', 'in.tftpd'].every(isInstalled) || process.getuid?.() !== 0) {
    return { title, figures: [], notes: ['SKIPPED: it needs root, curl, atftp and tftpd-hpa (apt-get install them)'] }
  }
  const folder = mkdtempSync(join(tmpdir(), 'strowger-bench-'))
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'file'), randomBytes(megabytes * 1_048_576), { mode: 0o644 })
  const ours = await startServer('tftp-server', join(folder, 'file'))
  const peer = spawn('in.tftpd', ['--foreground', '--listen', '--address', `127.0.0.1:${peerPort}`, '--secure', folder])
  try {
    const curl = (options: readonly string[]) =>
      inTurns(
        () => fetchByCurl(ours.port, options),
        () => fetchByCurl(peerPort, options),
      )
    const lockstep = await curl(plain)
    const ethernet = await curl(blocks(1428))
    const large = await curl(blocks(8192))
    const largest = await curl(blocks(65_464))
    const window = await inTurns(
      () => fetchByAtftp(ours.port, folder, ['blksize 1428', 'windowsize 16']),
      () => fetchByAtftp(peerPort, folder, ['blksize 1428']),
    )
    const row = (what: string, { ours, peer }: { ours: number; peer: number }, least?: number): Figure => ({
      what,
      ours: milliseconds(ours),
      calibration: `tftpd-hpa ${milliseconds(peer)}`,
      ratio: peer / ours,
      ...(least === undefined ? {} : { budget: atLeast(peer / ours, least, `≥ ${least} of tftpd-hpa`) }),
    })
    const figures = [
      row('blocks of 512 bytes in lockstep (curl)', lockstep, 0.85),
      row('blksize 1428 (curl)', ethernet, 0.9),
      row('blksize 8192 (curl)', large),
      row('blksize 65464 (curl)', largest),
      row('windowsize 16, blksize 1428 (atftp); tftpd-hpa has no windows', window, 1.3),
    ]
    return { title, figures, notes: [`median of ${rounds} fetches each, one of theirs and one of ours in turn`] }
  } finally {
    await ours.stop()
    await ended(peer)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Median time of each in milliseconds: one of theirs, one of ours, and so on. */
async function inTurns(ours: () => Promise<void>, peer: () => Promise<void>): Promise<{ ours: number; peer: number }> {
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] }
  for (let round = 0; round < rounds; round++) {
    times.peer.push(await timeOf(peer))
    times.ours.push(await timeOf(ours))
  }
  return { ours: median(times.ours), peer: median(times.peer) }
}

async function timeOf(fetch: () => Promise<void>): Promise<number> {
  const begunMs = performance.now()
  await fetch()
  return performance.now() - begunMs
}

async function fetchByCurl(port: number, options: readonly string[]): Promise<void> {
  await outputOf('curl', ['-sf', '--retry', '3', ...options, '-o', '/dev/null', `tftp://127.0.0.1:${port}/file`])
}

async function fetchByAtftp(port: number, folder: string, options: readonly string[]): Promise<void> {
  const asked = options.flatMap((option) => ['--option', option])
  await outputOf('atftp', [...asked, '-g', '-r', 'file', '-l', join(folder, 'got'), '127.0.0.1', String(port)])
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
