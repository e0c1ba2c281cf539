import { expect, it } from 'vitest'
import { wrkResultFrom } from './wrk.ts'

it('reads what wrk prints', () => {
  const output = `Running 5s test @ http://127.0.0.1:8667/x.cfg
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     4.21ms    1.03ms  61.10ms   91.11%
  Latency Distribution
     50%  987.00us
     99%    7.55ms
  75432 requests in 5.01s, 290.00MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec:  15056.22
`
  expect(wrkResultFrom(output)).toEqual({ perSecond: 15_056.22, p50Ms: 0.987, p99Ms: 7.55, errors: 7 })
})
