import type { Bus } from '@strowger/bus'
import { type DeviceLines, functionKeys, type Line, type LineKeys } from '@strowger/schema'
import { keysFrom } from '../line-parameters.ts'
import type { View } from '../models.ts'
import { refuse } from '../option-problems.ts'
import type { Phones } from '../phones.ts'
import type { Scopes } from '../scope.ts'
import { checkRevision } from '../store/held.ts'
import type { Ledgers } from '../store/ledger.ts'
import { lockedLine } from './lines.ts'

/** Function keys of a line, on whichever phone it is. */
export function answerFunctionKeys(
  bus: Bus,
  parts: { ledgers: Ledgers; view: View; scopes: Scopes; phones: Phones },
): void {
  const { ledgers, view, scopes, phones } = parts
  const found = (id: number, context: Parameters<Scopes['of']>[0]) =>
    scopes.of(context).found(view.get('line', String(id)), `line ${id}`)

  /** Lines that keys name are of the same tenant. @throws Fault `invalid-input` */
  function refuseOthersLines(keys: LineKeys, { tenant }: Line, present: View): void {
    refuse(
      Object.entries(keys).flatMap(([number, { line_id: line }]) =>
        line == null || present.get('line', String(line))?.tenant === tenant
          ? []
          : [{ field: `/keys/${number}/line_id`, problem: `there is no line ${line}` }],
      ),
    )
  }

  bus.reply(functionKeys.get, async ({ id }, { context }) => {
    const { revision, keys = {} } = found(id, context)
    return { revision, keys }
  })

  bus.reply(functionKeys.update, async ({ id, funckeys, ifRevision }, { context }) => {
    const { person } = scopes.of(context)
    const { tenant } = found(id, context)
    const keys = keysFrom(funckeys.keys)
    let changed: readonly DeviceLines[] = []
    await ledgers.write(
      person,
      [person.tenantId, tenant],
      async (ledger) => {
        const line = await lockedLine(ledger, id)
        checkRevision(line, ifRevision)
        refuseOthersLines(keys, line, ledger.view)
        await ledger.update('line', line, { keys })
      },
      (lines) => {
        changed = lines
      },
    )
    const { steps, task } = await phones.follow(changed, context)
    return task === undefined ? {} : { steps, task }
  })
}
