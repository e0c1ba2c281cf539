// Prints the part of a DHCP server's configuration that tells phones where Strowger is.
//
//   node deploy/dhcp/phone-options.mjs isc|dnsmasq|kea ADDRESS [HTTP-PORT]
//
// Which phones are told what is in phone-options.json: by what their vendor class (60) or user class (77) begins with
// or ends with (a NUL behind it does not count), or by the first half of their MAC address, then when they name no vendor class or (`always`) in any case. `{http}` is
// our HTTP address, `{host}` and `{address}` our IP address; what begins with a dollar sign is filled in by the phone.
import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'

const [format = '', address = '', port = '8667'] = process.argv.slice(2)
const writers = { isc, dnsmasq, kea }
const write = Object.hasOwn(writers, format) ? writers[format] : undefined
if (write === undefined || !isIPv4(address) || !/^\d{1,5}$/.test(port)) {
  console.error('usage: node deploy/dhcp/phone-options.mjs isc|dnsmasq|kea ADDRESS [HTTP-PORT]')
  process.exit(2)
}
const table = JSON.parse(readFileSync(new URL('phone-options.json', import.meta.url), 'utf8'))
console.log(write(table.map(filledIn)))

/** With our addresses, and option 43 as bytes where it has parts: code, length, text. */
function filledIn({
  options,
  suboptionsOf43 = {},
  vendorClass = [],
  vendorClassEnd = [],
  userClass = [],
  prefixes = [],
  ...rest
}) {
  const text = (value) => value.replace('{http}', `http://${address}:${port}`).replace(/\{(?:host|address)\}/, address)
  const parts = Object.entries(suboptionsOf43).flatMap(([code, value]) => {
    const bytes = Buffer.from(text(value), 'latin1')
    return [Number(code), bytes.length, ...bytes]
  })
  const filled = Object.entries(options).map(([code, value]) => ({
    code: Number(code),
    text: text(value),
    bytes: code === '150' ? Buffer.from(address.split('.').map(Number)) : Buffer.from(text(value), 'latin1'),
  }))
  if (parts.length > 0) filled.push({ code: 43, bytes: Buffer.from(parts) })
  return { ...rest, vendorClass, vendorClassEnd, userClass, prefixes, options: filled }
}

function isc(entries) {
  const octets = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
  const quoted = (text) => `"${text.replaceAll('\0', '\\000')}"`
  const begins = (name, text) => `substring(option ${name}, 0, ${text.length}) = ${quoted(text)}`
  const ends = (text) => `(suffix(option vendor-class-identifier, ${text.length}) = ${quoted(text)})`
  const names = { 43: 'vendor-encapsulated-options', 66: 'tftp-server-name', 67: 'bootfile-name', 114: 'default-url' }
  const lines = ['# Phones and where they are told to look. Included outside of all braces.']
  lines.push('option strowger-tftp code 150 = ip-address;')
  for (const { phones, vendorClass, vendorClassEnd, userClass, prefixes, always, options } of entries) {
    const prefix = (text) =>
      text
        .split(':')
        .map((byte) => Number.parseInt(byte, 16).toString(16))
        .join(':')
    const ofMac = prefixes.map((text) => `binary-to-ascii(16, 8, ":", substring(hardware, 1, 3)) = "${prefix(text)}"`)
    const unnamed = ofMac.map((test) => (always ? `(${test})` : `(${test} and not exists vendor-class-identifier)`))
    const tests = [
      ...vendorClass.map((text) => `(${begins('vendor-class-identifier', text)})`),
      ...vendorClassEnd.flatMap((text) => [ends(text), ends(`${text}\0`)]),
      ...userClass.map((text) => `(${begins('user-class', text)})`),
      ...unnamed,
    ]
    lines.push(`class "strowger-${phones}" {`, `  match if ${tests.join('\n    or ')};`)
    for (const { code, text, bytes } of options) {
      if (code === 150) lines.push(`  option strowger-tftp ${address};`)
      else lines.push(`  option ${names[code]} ${code === 43 ? octets(bytes) : `"${text}"`};`)
    }
    lines.push('}')
  }
  return lines.join('\n')
}

function dnsmasq(entries) {
  const lines = ['# Phones and where they are told to look. Copy to /etc/dnsmasq.d/.']
  for (const { phones, vendorClass, vendorClassEnd, userClass, prefixes, options } of entries) {
    const tag = `strowger-${phones}`
    // dnsmasq looks for the text anywhere in the class, and cannot look for a NUL.
    for (const text of [...vendorClass, ...vendorClassEnd]) {
      if (!text.includes('\0')) lines.push(`dhcp-vendorclass=set:${tag},"${text}"`)
    }
    for (const text of userClass) lines.push(`dhcp-userclass=set:${tag},"${text}"`)
    // It cannot ask whether there is no class: an address tells in any case.
    for (const text of prefixes) lines.push(`dhcp-mac=set:${tag},${text}:*:*:*`)
    for (const { code, text, bytes } of options) {
      if (text === undefined)
        lines.push(`dhcp-option=tag:${tag},43,${[...bytes].map((b) => b.toString(16).padStart(2, '0')).join(':')}`)
      else lines.push(`dhcp-option=tag:${tag},${code},${code === 150 ? text : `"${text}"`}`)
    }
  }
  return lines.join('\n')
}

function kea(entries) {
  const hex = (bytes) => Buffer.from(bytes).toString('hex')
  const begins = (code, text) =>
    `substring(option[${code}].hex,0,${text.length}) == 0x${hex(Buffer.from(text, 'latin1'))}`
  const ends = (text) =>
    `substring(option[60].hex,-${text.length},${text.length}) == 0x${hex(Buffer.from(text, 'latin1'))}`
  const classes = entries.map(({ phones, vendorClass, vendorClassEnd, userClass, prefixes, always, options }) => {
    const ofMac = prefixes.map((text) => `substring(pkt4.mac,0,3) == 0x${text.replaceAll(':', '')}`)
    const tests = [
      ...vendorClass.map((text) => begins(60, text)),
      ...vendorClassEnd.flatMap((text) => [ends(text), ends(`${text}\0`)]),
      ...userClass.map((text) => begins(77, text)),
      ...ofMac.map((test) => (always ? test : `(${test} and not option[60].exists)`)),
    ]
    return {
      name: `strowger-${phones}`,
      test: tests.join(' or '),
      'option-data': options.map(({ code, bytes }) => ({
        code,
        'csv-format': false,
        'always-send': true,
        data: hex(bytes),
      })),
    }
  })
  return `// Phones and where they are told to look: the value of "client-classes" in "Dhcp4".\n${JSON.stringify(classes, null, 2)}`
}
