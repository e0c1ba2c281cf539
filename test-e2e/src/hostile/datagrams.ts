import { anyMac, hostileName, type Random } from './random.ts'

const modes = ['octet', 'netascii', 'mail', 'OCTET', '', 'octet\0\0', 'o'.repeat(300)]
const optionNames = [
  'blksize',
  'tsize',
  'timeout',
  'windowsize',
  'BLKSIZE',
  'utimeout',
  'multicast',
  '',
  'x'.repeat(200),
]
const optionValues = [
  '0',
  '8',
  '512',
  '65464',
  '65465',
  '-1',
  '1e9',
  '99999999999999999999',
  '',
  '\u00ff',
  '1.5',
  '0x10',
]

function request(random: Random): Buffer {
  const opcode = random.oneIn(8) ? 2 : 1
  const name = random.oneIn(4) ? `${anyMac(random)}.cfg` : hostileName(random)
  const fields = [name, random.oneIn(3) ? random.pick(modes) : 'octet']
  for (let options = random.below(5); options > 0; options--) {
    fields.push(random.pick(optionNames))
    if (!random.oneIn(12)) fields.push(random.pick(optionValues))
  }
  const text = fields.join('\0') + (random.oneIn(10) ? '' : '\0')
  return Buffer.concat([Buffer.from([0, opcode]), Buffer.from(text, random.oneIn(2) ? 'latin1' : 'utf8')])
}

function packet(random: Random): Buffer {
  const head = Buffer.from([
    random.oneIn(10) ? random.below(256) : 0,
    random.below(10),
    random.below(256),
    random.below(256),
  ])
  return Buffer.concat([head, random.bytes(random.below(600))]).subarray(0, random.below(600))
}

function damaged(random: Random, whole: Buffer): Buffer {
  const bytes = Buffer.from(whole)
  for (let flips = 1 + random.below(4); flips > 0 && bytes.length > 0; flips--) {
    bytes[random.below(bytes.length)] = random.below(256)
  }
  return random.oneIn(2) ? bytes : bytes.subarray(0, random.below(bytes.length + 1))
}

/** A datagram that a TFTP server may get from anybody: requests of every kind, answers to nothing, and plain noise. */
export function hostileDatagram(random: Random): Buffer {
  switch (random.below(4)) {
    case 0:
      return random.bytes(random.below(random.oneIn(50) ? 9_000 : 600))
    case 1:
      return packet(random)
    case 2:
      return damaged(random, request(random))
    default:
      return request(random)
  }
}
