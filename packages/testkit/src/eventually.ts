/**
 * Asks again and again until `probe` neither throws nor answers false, and answers what it answered. Throws its last
 * error when `timeoutMs` (default 20,000: others may be at work on the machine) have passed.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  options: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = 20_000, intervalMs = 10 } = options
  const deadline = performance.now() + timeoutMs
  for (;;) {
    let failure: unknown
    try {
      const answer = await probe()
      if (answer !== false) return answer as Exclude<T, false>
      failure = new Error(`it was still false after ${timeoutMs} ms`)
    } catch (error) {
      failure = error
    }
    if (performance.now() >= deadline) throw failure
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
  }
}
