// Loaded into a service with `node --import`: ends it with SIGKILL at one of its writes.
//   KILL_PATHS  what the files begin with whose writes are counted
//   KILL_AT     the number of that write, from 1
//   KILL_WHEN   before, half (a part of the bytes is written), or after
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const { KILL_PATHS: paths = '', KILL_AT: at = '0', KILL_WHEN: when } = process.env
const writeSync = fs.writeSync
let count = 0

function die() {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

fs.writeSync = (descriptor, data, ...rest) => {
  if (!fs.readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(paths)) return writeSync(descriptor, data, ...rest)
  count += 1
  if (count !== Number(at)) return writeSync(descriptor, data, ...rest)
  if (when === 'half') {
    // Text is written at a place in the file, bytes from a place in themselves.
    if (typeof data === 'string') writeSync(descriptor, data.slice(0, data.length / 2), ...rest)
    else writeSync(descriptor, data.subarray(0, Math.floor(data.length / 2)))
  }
  if (when === 'after') writeSync(descriptor, data, ...rest)
  return die()
}
syncBuiltinESMExports()
