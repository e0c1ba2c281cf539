import type { Bus, Reader } from '@strowger/bus'
import { applyDeviceLines, deviceLinesChanged, Fault } from '@strowger/schema'
import type { ApplyDeviceLines } from '../device-lines.ts'

/** Lines of a device changed: asked for by who waits for it, and told by the event that none is lost. */
export function followDeviceLines(bus: Bus, apply: ApplyDeviceLines): Reader {
  bus.reply(applyDeviceLines, (lines) => apply(lines))
  return bus.events.consume(
    [deviceLinesChanged],
    { durable: 'rendering-device-lines', concurrency: 1 },
    async ({ payload }) => {
      try {
        await apply(payload)
      } catch (error) {
        // It was removed since: there is nothing to render.
        if (!(error instanceof Fault && error.code === 'not-found')) throw error
      }
    },
  )
}
