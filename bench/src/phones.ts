/** One phone of the bench, by its number: its own mac and its own address on loopback. */
export interface Phone {
  /** Lower case with colons. */
  readonly mac: string
  /** File name of its configuration. */
  readonly file: string
  readonly userAgent: string
  readonly address: string
}

/** A Yealink T33G without any line: its configuration is 4.3 KB, beside the 3.6 KB of the peer's figures. */
export const model = 'T33G'
export const version = '124.86.0.75'

/** From this number on phones are T26P: their configuration has eight blocks of TFTP, as the peer's 3.6 KB. */
export const firstOfEightBlocks = 0x80_0000
const ofEightBlocks = { model: 'T26P', version: '6.73.0.50' }

export function phone(number: number): Phone {
  const digits = `805ec0${number.toString(16).padStart(6, '0')}`
  const mac = digits.replaceAll(/(..)(?!$)/g, '$1:')
  // Each phone has an address of its own: many on one address is another benchmark, of NAT.
  const address = `127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`
  const made = number < firstOfEightBlocks ? { model, version } : ofEightBlocks
  return { mac, file: `${digits}.cfg`, userAgent: `Yealink SIP-${made.model} ${made.version} ${mac}`, address }
}

/** The bytes of an HTTP request of this phone; `query` makes it one that was never asked before. */
export function httpRequest({ file, userAgent }: Phone, query = ''): string {
  return `GET /${file}${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: ${userAgent}\r\nAccept: */*\r\n\r\n`
}

/** What a phone of this make asks for when it starts, in its order; the configuration is one of them. */
export function bootRequests(booting: Phone): { request: string; isConfiguration: boolean }[] {
  const { file } = booting
  const digits = file.slice(0, -'.cfg'.length)
  const names = [
    'y000000000124.boot',
    'y000000000000.boot',
    `${digits}.boot`,
    'y000000000124.cfg',
    file,
    `${digits}-user.cfg`,
  ]
  return names.map((name) => ({ request: httpRequest({ ...booting, file: name }), isConfiguration: name === file }))
}
