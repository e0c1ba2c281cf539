// Of make drill what measures: the cost of a day with 20 million calls stored. DRILL_CALLS makes it smaller.
import { benchRatingDays } from './benches/rating-days.ts'
import { count } from './figure.ts'
import { forgetHouse, startHouse } from './house.ts'
import { loadAverage, machine } from './machine.ts'
import { textOf } from './report.ts'

const most = Number(process.env['DRILL_CALLS'] ?? 20_000_000)
console.log(`${machine()}\nload average ${loadAverage()}; a day with up to ${count(most)} calls stored (DRILL_CALLS)`)
forgetHouse()
const house = await startHouse()
let stopping: Promise<void> | undefined
const stop = () => {
  stopping ??= house.stop()
  return stopping
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().then(() => process.exit(130)))
try {
  const section = await benchRatingDays(house, most, (line) => console.log(line))
  console.log(textOf(section))
  const missed = section.figures.filter(({ budget }) => budget?.met === false)
  process.exitCode = missed.length === 0 ? 0 : 1
} finally {
  await stop()
  // Years of calls are not left behind.
  forgetHouse()
}
