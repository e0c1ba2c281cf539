// Plays a small site against a running house (`make run`): what a morning at a hotel looks like from here.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bootSite } from './demo/boot.ts'
import { rateCalls } from './demo/calls.ts'
import { associateLine } from './demo/line.ts'
import { runningHouse, say } from './demo/running-house.ts'
import { changeTemplate } from './demo/template.ts'

const house = runningHouse()
if (house === undefined) {
  say('Strowger does not run here: start it with make run, in another terminal.')
  process.exit(1)
}
const reception = await bootSite(house)
const takeLineAway = await associateLine(house, reception)
await changeTemplate(house, reception)
await rateCalls(house)

say()
say('And what the security log, which fail2ban reads, says of the site:')
const log = readFileSync(join(house.home, 'log', 'strowger-fail2ban.log'), 'utf8')
  .trimEnd()
  .split('\n')
for (const line of log.filter((text) => text.includes(' from 127.0.9.')).slice(-4)) say(`  ${line}`)
await takeLineAway()
say()
say('The line is taken away again, so that this can be played as often as you like.')
say('./strowger devices list shows the devices; ./strowger changes list what was changed, and takes it back.')
