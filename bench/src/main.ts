import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prepareAsterisk, startAsterisk } from '@strowger/testkit'
import { benchAdministrators } from './benches/administrators.ts'
import { benchBaseChange } from './benches/base-change.ts'
import { benchCached } from './benches/cached.ts'
import { benchGrowth } from './benches/growth.ts'
import { benchKnown } from './benches/known.ts'
import { benchMassChange } from './benches/mass-change.ts'
import { memorySection, snapshot } from './benches/memory.ts'
import { benchIdentify, benchRender } from './benches/pure.ts'
import { benchRating } from './benches/rating.ts'
import { benchRatingEngine } from './benches/rating-engine.ts'
import { benchSipApply } from './benches/sip-apply.ts'
import { benchSipResolve } from './benches/sip-resolve.ts'
import { benchSite } from './benches/site.ts'
import { benchStorm } from './benches/storm.ts'
import { benchTftp } from './benches/tftp.ts'
import { benchLargeTftp } from './benches/tftp-large.ts'
import { benchUnknown } from './benches/unknown.ts'
import { isMissed } from './figure.ts'
import { cloneRoot, forgetHouse, type House, raisedLimits, raisedSettings, startHouse } from './house.ts'
import { loadAverage, machine } from './machine.ts'
import { machineSection } from './reference-machine.ts'
import { pageOf, type Section, textOf } from './report.ts'

/** Those that need no house, those of a house with few devices, and those of a house that the first of them fills. */
const alone = ['identify', 'render', 'rating-engine', 'sip-resolve']
const ofSmallHouse = ['administrators', 'base-change', 'mass-change']
const ofFullHouse = ['unknown', 'known', 'cached', 'tftp', 'tftp-large', 'site', 'storm', 'memory']
const ofGrowingHouse = ['growth']
const ofRatingHouse = ['rating']
const ofHouseWithAsterisk = ['sip-apply']
const names = [...alone, ...ofSmallHouse, ...ofFullHouse, ...ofGrowingHouse, ...ofRatingHouse, ...ofHouseWithAsterisk]
const wanted = process.argv.slice(2)
const strange = wanted.filter((name) => !names.includes(name))
if (strange.length > 0) {
  console.error(`There is no benchmark ${strange.join(', ')}; there are ${names.join(' ')}`)
  process.exit(2)
}
const isWanted = (...some: string[]) => wanted.length === 0 || some.some((name) => wanted.includes(name))
// As make bench does: what is measured is what is written.
const bundled = spawnSync(process.execPath, [join(cloneRoot, 'scripts', 'bundle.mjs')], { stdio: 'inherit' })
if (bundled.status !== 0) process.exit(1)
const seconds = Math.max(1, Number(process.env['BENCH_SECONDS'] ?? 5))
const devices = 10_000
const sipEndpoints = [100, 1_000, 10_000].filter((size) => size <= Number(process.env['SIP_ENDPOINTS'] ?? 10_000))
const begun = { machine: machine(), loadBefore: loadAverage(), date: new Date().toISOString() }
const folder = join(cloneRoot, '.strowger')
mkdirSync(folder, { recursive: true, mode: 0o700 })
const raised = Object.entries({ ...raisedSettings, ...raisedLimits })
  .map(([name, value]) => `${name}=${value}`)
  .join(' ')
const sections: Section[] = []
let house: House | undefined

console.log(`${begun.machine}\nload average ${begun.loadBefore}; ${seconds} s a figure (BENCH_SECONDS)`)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().then(() => process.exit(130)))

function tell(section: Section): void {
  sections.push(section)
  console.log(textOf(section))
  if (wanted.length === 0) writePage(true)
}

/** After each part: a run that breaks off has not measured for nothing. */
function writePage(isCut: boolean): void {
  const folderOfPage = join(cloneRoot, 'docs', 'reference')
  mkdirSync(folderOfPage, { recursive: true })
  const run = {
    ...begun,
    loadAfter: loadAverage(),
    command: `BENCH_SECONDS=${seconds} make bench`,
    raised,
    isCut,
    sections: [machineSection(), ...sections],
  }
  writeFileSync(join(folderOfPage, 'benchmarks.md'), pageOf(run))
}

async function stop(): Promise<void> {
  await house?.stop()
  house = undefined
}

async function withAsterisk(): Promise<void> {
  const asterisk = await startAsterisk()
  try {
    forgetHouse()
    house = await startHouse({
      ARI_URL: `http://127.0.0.1:${asterisk.ariPort}`,
      ARI_PASSWORD: asterisk.secret,
      AMI_PORT: String(asterisk.amiPort),
      AMI_SECRET: asterisk.secret,
      FASTAGI_PORT: '0',
    })
    tell(await benchSipApply(house, asterisk, sipEndpoints))
    await stop()
  } finally {
    await asterisk.close()
  }
}

if (isWanted('identify')) tell(benchIdentify(seconds))
if (isWanted('render')) tell(await benchRender(seconds))
if (isWanted('sip-resolve')) tell(benchSipResolve())
if (isWanted('rating-engine')) tell(await benchRatingEngine())
try {
  if (isWanted(...ofSmallHouse)) {
    forgetHouse()
    house = await startHouse()
    if (isWanted('administrators')) tell(await benchAdministrators(house, seconds, 1_000))
    if (isWanted('base-change')) tell(await benchBaseChange(house, [1_000, devices]))
    if (isWanted('mass-change')) tell(await benchMassChange(house, devices))
    await stop()
  }
  if (isWanted(...ofRatingHouse)) {
    forgetHouse()
    house = await startHouse()
    tell(await benchRating(house, Number(process.env['RATING_CALLS'] ?? 1_000_000), 300_000))
    await stop()
  }
  if (isWanted(...ofHouseWithAsterisk)) {
    const because = prepareAsterisk()
    if (because === undefined) await withAsterisk()
    else console.warn(`\n!!! sip-apply is SKIPPED: there is no Asterisk on this machine (${because}) !!!\n`)
  }
  if (isWanted(...ofFullHouse)) {
    forgetHouse()
    console.log(`\nthe whole house is started, with its flood limits raised: ${raised}`)
    house = await startHouse()
    const empty = snapshot(house)
    if (isWanted('unknown', 'memory')) tell(await benchUnknown(house, devices))
    if (isWanted('known')) tell(await benchKnown(house, seconds))
    if (isWanted('cached')) tell(await benchCached(house, folder, seconds))
    if (isWanted('tftp')) tell(await benchTftp(house, seconds))
    if (isWanted('tftp-large')) tell(await benchLargeTftp(house.sparePort))
    if (isWanted('site')) tell(await benchSite(house, seconds))
    if (isWanted('storm')) tell(await benchStorm(house))
    if (isWanted('memory')) {
      await stop()
      house = await startHouse()
      tell(memorySection(empty, snapshot(house), devices))
    }
    await stop()
  }
  if (isWanted(...ofGrowingHouse)) {
    forgetHouse()
    house = await startHouse()
    const restarted = async () => {
      await stop()
      house = await startHouse()
      return house
    }
    tell(await benchGrowth(house, restarted, [1_000, devices, 10 * devices]))
  }
} finally {
  await stop()
}

console.log(textOf(machineSection()))
const withBudget = sections.flatMap(({ figures }) => figures).filter(({ budget }) => budget !== undefined)
const missed = withBudget.filter(({ budget }) => budget?.met === false)
console.log(
  missed.length === 0
    ? `${withBudget.length} budgets, all met.`
    : `${missed.length} of ${withBudget.length} budgets are missed (NO above), ${withBudget.filter(isMissed).length} of them also at the speed of this machine.`,
)
if (wanted.length === 0) {
  writePage(false)
  console.log('Written to docs/reference/benchmarks.md')
}
