import { expect, test } from 'vitest'
import { defaultRouteAddress } from './advertised-host.ts'

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n'
const address = (text: string) => [
  { address: text, family: 'IPv4' as const, netmask: '255.255.255.0', mac: '', internal: false, cidr: null },
]

test('phones are told the address of the default route with the lowest metric', () => {
  const routes = `${head}wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n`
  const interfaces = { wlan0: address('192.168.1.5'), eth0: address('192.0.2.2'), docker0: address('172.17.0.1') }
  expect(defaultRouteAddress(routes, interfaces)).toBe('192.0.2.2')
})

test('without a default route phones are told loopback', () => {
  expect(defaultRouteAddress(head, { eth0: address('192.0.2.2') })).toBe('127.0.0.1')
})
