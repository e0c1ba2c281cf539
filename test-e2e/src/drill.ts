// What is too long for every run: attacks the ports of phones of a house of its own, with the full numbers.
// DRILL_SEED repeats an attack, DRILL_SCALE=0.1 makes it smaller; DRILL_DATAGRAMS and DRILL_REQUESTS, each for itself.
import { startHouse } from '@strowger/testkit'
import { attackHouse, fullSize, hostileSettings } from './hostile/run.ts'

const say = (line = '') => void process.stdout.write(`${line}\n`)
const scale = Number(process.env['DRILL_SCALE'] ?? 1)
const scaled = (number: number) => Math.max(1, Math.round(number * scale))
const seed = process.env['DRILL_SEED']

const house = await startHouse({ env: hostileSettings })
try {
  const { datagrams, requests, unacknowledged, slowClients, mostMiB } = fullSize
  const size = {
    datagrams: Number(process.env['DRILL_DATAGRAMS'] ?? scaled(datagrams)),
    requests: Number(process.env['DRILL_REQUESTS'] ?? scaled(requests)),
    unacknowledged: scaled(unacknowledged),
    slowClients: scaled(slowClients),
    mostMiB,
  }
  const findings = await attackHouse(house, size, { say, ...(seed === undefined ? {} : { seed: Number(seed) }) })
  const width = Math.max(...findings.map(({ what }) => what.length))
  say()
  for (const { what, result, holds } of findings) say(`${holds ? 'holds' : 'FAILS'}  ${what.padEnd(width)}  ${result}`)
  process.exitCode = findings.every(({ holds }) => holds) ? 0 : 1
} finally {
  await house.close()
}
