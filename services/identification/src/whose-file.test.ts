import { type Device, defaultPolicy, type PhoneEvidence, rootTenantId } from '@strowger/schema'
import { describe, expect, it } from 'vitest'
import { contradiction, macsOfRequest, whoseFile } from './whose-file.ts'

const mine = '00:15:65:12:34:56'
const device: Device = { id: 'd1', tenant: rootTenantId, revision: 1, mac: mine, ip: '192.0.2.10', added: 'auto' }
const policy = { ...defaultPolicy, tenant: rootTenantId }

function verdict(
  evidence: Partial<PhoneEvidence>,
  more: { nat?: boolean; refuse?: boolean; fetched?: boolean; others?: boolean; proven?: boolean; keys?: boolean } = {},
) {
  const full: PhoneEvidence = { transport: 'http', address: '192.0.2.10', ...evidence }
  const macs = macsOfRequest(full)
  if (contradiction(macs)) return 'refused'
  const result = whoseFile({
    device,
    macs,
    address: full.address,
    policy: {
      ...policy,
      nat: more.nat ?? false,
      addressChange: more.refuse ? 'refuse' : 'allow',
      keys: more.keys ? 'required' : 'off',
    },
    isOthersAddress: more.others ?? false,
    proven: more.proven ?? false,
    hasFetched: more.fetched ?? true,
  })
  return result.kind === 'refused' ? 'refused' : result.keep
}

const agent = `Yealink SIP-T46S 66.86.0.15 ${mine}`
const elsewhere = '198.51.100.7'

describe('whose file is it', () => {
  it.each([
    ['agent and path agree', { userAgent: agent, path: '/001565123456.cfg' }, {}, 'while-valid'],
    ['the agent contradicts the path', { userAgent: agent, path: '/001565999999.cfg' }, {}, 'refused'],
    ['the agent alone, a common file', { userAgent: agent, path: '/directory.xml' }, {}, 'while-valid'],
    [
      'the agent, from anywhere',
      { userAgent: agent, path: '/001565123456.cfg', address: elsewhere },
      { refuse: true },
      'while-valid',
    ],
    ['the path alone, from its address', { path: '/001565123456.cfg' }, { refuse: true }, 'briefly'],
    [
      'the path alone, from elsewhere, never fetched',
      { path: '/001565123456.cfg', address: elsewhere },
      { refuse: true, fetched: false },
      'briefly',
    ],
    ['the path alone, from elsewhere, policy allows', { path: '/001565123456.cfg', address: elsewhere }, {}, 'briefly'],
    [
      'the path alone, from elsewhere, policy refuses',
      { path: '/001565123456.cfg', address: elsewhere },
      { refuse: true },
      'refused',
    ],
    [
      'the path alone, behind NAT',
      { path: '/001565123456.cfg', address: elsewhere },
      { nat: true, refuse: true },
      'never',
    ],
    [
      'the path alone, from where another phone is',
      { path: '/001565123456.cfg', address: elsewhere },
      { others: true },
      'refused',
    ],
    [
      'the path alone, from where another phone was, told by DHCP to be this one’s',
      { path: '/001565123456.cfg' },
      { others: true },
      'briefly',
    ],
    [
      'its own credential, from anywhere',
      { path: '/001565123456.cfg', address: elsewhere },
      { refuse: true, others: true, proven: true },
      'while-valid',
    ],
    ['its own credential, another’s path', { path: '/001565999999.cfg' }, { proven: true }, 'refused'],
    [
      'its own credential, another’s agent',
      { userAgent: agent.replace(mine, '00:15:65:99:99:99') },
      { proven: true },
      'refused',
    ],
    [
      'a first boot with keys required, elsewhere than last',
      { path: '/001565123456.cfg', address: elsewhere },
      { keys: true, refuse: true },
      'briefly',
    ],
    ['the certificate contradicts the agent', { userAgent: agent, mac: '00:15:65:99:99:99' }, {}, 'refused'],
    [
      'the user name contradicts the path',
      { path: '/001565123456.cfg', login: { username: '001565999999', password: 'x' } },
      {},
      'refused',
    ],
    [
      'the query names another',
      { userAgent: agent, path: '/001565123456.cfg', query: 'mac=00%3A15%3A65%3A99%3A99%3A99' },
      {},
      'refused',
    ],
    [
      'a uuid in the query',
      { userAgent: agent, path: '/a', query: 'uuid=6b1f0c7e-2d3a-4b5c-8d6e-7f8091a2b3c4' },
      {},
      'while-valid',
    ],
    ['the file of all phones', { userAgent: agent, path: '/000000000000.cfg' }, {}, 'while-valid'],
    ['another’s path from this device’s address', { path: '/001565999999.cfg' }, {}, 'refused'],
    ['the address alone', { path: '/directory.xml' }, {}, 'briefly'],
    ['the address alone, behind NAT', { path: '/directory.xml' }, { nat: true }, 'never'],
    ['TFTP, from its address', { transport: 'tftp', filename: '001565123456.cfg' }, {}, 'briefly'],
  ] as const)('%s', (_row, evidence, more, expected) => {
    expect(verdict(evidence, more)).toBe(expected)
  })
})
