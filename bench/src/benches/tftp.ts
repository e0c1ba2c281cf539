import { runLoad, startServer } from '../child.ts'
import { atLeast, count, type Figure, milliseconds, perSecond } from '../figure.ts'
import type { House } from '../house.ts'
import { cpuMs } from '../machine.ts'
import { peers } from '../peers.ts'
import { firstOfEightBlocks } from '../phones.ts'
import type { UdpLoadOptions, UdpLoadResult } from '../programs/udp-load.ts'
import { speedOf } from '../reference-machine.ts'
import type { Section } from '../report.ts'
import { ensureDevices, introduce, untilRendered } from './phones-of-house.ts'

/** A file of 3.6 KB over TFTP in blocks of 512 bytes, beside datagrams of that size that are only sent back. */
export async function benchTftp(house: House, seconds: number): Promise<Section> {
  const phones = 64
  // Those of the other benchmarks, which count from the first phone on, and 64 with a file of eight blocks.
  await ensureDevices(house, phones)
  const present = await house.metric('identification', 'read_model_devices_entries')
  await introduce(house, { firstPhone: firstOfEightBlocks, phones, seconds: 60 })
  await untilRendered(house, present + phones)
  const load = { firstPhone: firstOfEightBlocks, phones, seconds }
  const run = (options: Pick<UdpLoadOptions, 'port' | 'kind'>) =>
    runLoad<UdpLoadResult>('udp-load', { ...load, ...options })
  const speed = await speedOf('tftp')
  const echo = await startServer('udp-echo')
  const echoBefore = cpuMs(echo.pid)
  const bare = await run({ port: echo.port, kind: 'echo' })
  const echoCpuEach = (cpuMs(echo.pid) - echoBefore) / Math.max(1, bare.done)
  await echo.stop()

  const before = cpuMs(house.pid('ingress'))
  const ours = await run({ port: house.tftpPort, kind: 'tftp' })
  const cpuEach = (cpuMs(house.pid('ingress')) - before) / Math.max(1, ours.done)
  const filesPerSecond = ours.done / ours.seconds
  const echoesPerSecond = bare.done / bare.seconds
  // A file is its request and its blocks, each of which is answered once.
  const exchanges = Math.floor(ours.bytes / Math.max(1, ours.done) / 512) + 1
  const figures: Figure[] = [
    {
      what: `${phones} phones at once, blksize 512`,
      ours: `${count(filesPerSecond)} files/s`,
      budget: atLeast(filesPerSecond, 5_000, '≥ 5,000 files/s', speed),
      calibration: `UDP echo ${perSecond(echoesPerSecond)} = ${count(echoesPerSecond / exchanges)} files of ${exchanges} blocks`,
      ratio: (filesPerSecond * exchanges) / echoesPerSecond,
      peer: peers.tftp,
    },
    { what: '… p50 / p99', ours: `${milliseconds(ours.latencies.p50)} / ${milliseconds(ours.latencies.p99)}` },
    {
      what: '… CPU of ingress a file',
      ours: milliseconds(cpuEach),
      calibration: `UDP echo ${milliseconds(echoCpuEach * exchanges)} for ${exchanges} datagrams`,
      ratio: cpuEach / (echoCpuEach * exchanges),
    },
  ]
  const notes = [
    `${count(ours.bytes / Math.max(1, ours.done))} bytes a file; ${ours.again} begun again, ${ours.errors} errors`,
  ]
  return { title: 'Cached phone over TFTP', notes, figures }
}
