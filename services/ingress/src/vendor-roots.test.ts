import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../vendor-roots/', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.pem'))
const certificates = new Map(files.map((name) => [name, new X509Certificate(readFileSync(join(folder, name)))]))

it('ships roots of phone vendors, each an authority that stands for itself or is signed by one that is here', () => {
  expect(files.length).toBeGreaterThan(0)
  for (const [name, certificate] of certificates) {
    const signers = [...certificates.values()].filter((other) => other.subject === certificate.issuer)
    expect(certificate.ca, name).toBe(true)
    expect(
      signers.some(({ publicKey }) => certificate.verify(publicKey)),
      name,
    ).toBe(true)
  }
})

it('says of each of them what it is known by', () => {
  const page = readFileSync(join(folder, 'README.md'), 'utf8')
  const said = Object.fromEntries(
    [...page.matchAll(/^\| `([^`]+\.pem)` +\| `([0-9a-f]{64})` \|/gm)].map(([, ...row]) => row),
  )
  const fingerprints = [...certificates].map(([name, { fingerprint256 }]) => [
    name,
    fingerprint256.replaceAll(':', '').toLowerCase(),
  ])
  expect(said).toEqual(Object.fromEntries(fingerprints))
})
