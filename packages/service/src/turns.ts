/** Does so many pieces of work at a time, in the order in which they were given. One that fails holds nobody up. */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>

export function createTurns(most = 1): Turns {
  const waiting: (() => void)[] = []
  let busy = 0
  return async (work) => {
    if (busy < most) busy += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) busy -= 1
      else next()
    }
  }
}
