import type { Exit } from './servers/launch.ts'

export interface Life {
  /** Ends the keeping alive; the process itself is stopped by whoever calls this. */
  letGo(): void
}

export interface LifeOptions {
  /** Resolves when the present process is gone. */
  readonly exited: () => Promise<Exit | unknown>
  readonly restart: () => Promise<void>
  /** Told before each wait, and when a restart failed. */
  readonly onTrouble: (trouble: string) => void
  /** First wait; it doubles up to `longestMs` and is back at the first after a life of `wellMs`. */
  readonly firstMs?: number
  readonly longestMs?: number
  readonly wellMs?: number
}

/** Starts a process again whenever it ends, at once when it had run well, ever later when it keeps ending. */
export function keepAlive(options: LifeOptions): Life {
  const { exited, restart, onTrouble, firstMs = 50, longestMs = 15_000, wellMs = 20_000 } = options
  let held = true
  let waitMs = firstMs
  let wake = () => {}

  async function keep(): Promise<void> {
    while (held) {
      const born = performance.now()
      const exit = await exited()
      if (!held) return
      if (performance.now() - born > wellMs) waitMs = firstMs
      onTrouble(`${described(exit)}; starting again in ${waitMs} ms`)
      await pause()
      while (held) {
        try {
          await restart()
          break
        } catch (error) {
          onTrouble(`could not be started: ${error instanceof Error ? error.message : String(error)}`)
          await pause()
        }
      }
    }
  }

  async function pause(): Promise<void> {
    const thisMs = waitMs
    waitMs = Math.min(waitMs * 2, longestMs)
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, thisMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  void keep()
  return {
    letGo() {
      held = false
      wake()
    },
  }
}

function described(exit: unknown): string {
  const { code, signal } = (exit ?? {}) as Partial<Exit>
  return signal == null ? `ended with code ${code ?? '?'}` : `was ended by ${signal}`
}
