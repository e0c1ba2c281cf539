import { startOptionsProbe } from '@strowger/testkit'

/** Asks OPTIONS every 2 ms until SIGTERM, and prints how long answers took. */
const probe = await startOptionsProbe(Number(process.argv[2]))
process.stdout.write('asking\n')
process.stdin.resume().once('end', () => process.exit(0))
process.once('SIGTERM', async () => {
  process.stdout.write(`${JSON.stringify(await probe.stop())}\n`, () => process.exit(0))
})
