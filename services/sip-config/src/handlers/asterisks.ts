import type { Bus } from '@strowger/bus'
import { asterisks, Fault, pageOf, rootTenantId } from '@strowger/schema'
import type { Tasks } from '@strowger/service'
import type { Asterisks } from '../apply/use-asterisks.ts'
import type { Scopes } from '../scope.ts'

const kind = 'sip-config.check-asterisk'

/** How the Asterisks stand. They belong to the installation. */
export function answerAsterisks(bus: Bus, parts: { kept: Asterisks; scopes: Scopes; tasks: Tasks }): void {
  const { kept, scopes, tasks } = parts

  const found = (id: string) => {
    const asterisk = kept.list().find((one) => one.id === id)
    if (asterisk === undefined) throw new Fault('not-found', { detail: `There is no Asterisk ${id}` })
    return asterisk
  }

  bus.reply(asterisks.list, async (query, { context }) => {
    scopes.ofInstallation(context)
    return pageOf(kept.list(), query, {
      texts: ({ id, problem, profile }) => [id, problem, profile],
      by: { id: ({ id }) => id, waiting: ({ waiting }) => waiting, refused: ({ refused }) => refused },
      id: ({ id }) => id,
    })
  })

  bus.reply(asterisks.get, async ({ id }, { context }) => {
    const asterisk = found(id)
    scopes.ofInstallation(context)
    return asterisk
  })

  bus.reply(asterisks.check, async ({ id }, { context }) => {
    found(id)
    scopes.ofInstallation(context)
    return tasks.start({ kind, tenant: rootTenantId, actor: context.actor, input: { asterisk: id } }, (running) =>
      kept.check(id, running.id, running.signal),
    )
  })
}
