import type { Bus } from '@strowger/bus'
import { patchConfig, rootTenantId, type SipConfiguration } from '@strowger/schema'
import {
  type AutoprovAccount,
  autoprovAccount,
  type Clock,
  type Log,
  newUuid,
  type Persistent,
  type Seal,
  startPersistently,
} from '@strowger/service'
import type { Models, View } from './models.ts'
import type { Picture } from './picture.ts'
import type { SipSecrets } from './secrets.ts'
import type { Ledgers } from './store/ledger.ts'

/** The config of phones that nobody has configured, of which line 1 is told the account. */
const config = 'autoprov'
/** The dialplan of `deploy/asterisk/extensions-strowger.conf`: codes can be dialled there, and nothing else. */
const context = 'strowger-provisioning'
const mostPhones = '1000'

function sectionsOf({ username, password }: AutoprovAccount): SipConfiguration['sections'] {
  return {
    auth: [
      ['username', username],
      ['password', password],
    ],
    aor: [
      ['max_contacts', mostPhones],
      ['remove_existing', 'no'],
    ],
    endpoint: [
      ['context', context],
      ['callerid', 'Autoprov'],
      ['allow', '!all,alaw,ulaw'],
      ['direct_media', 'no'],
      ['rtp_symmetric', 'yes'],
      ['force_rport', 'yes'],
      ['rewrite_contact', 'yes'],
      ['allow_transfer', 'no'],
      ['allow_subscribe', 'no'],
    ],
  }
}

/**
 * Keeps the endpoint as which all phones register that nobody has configured, so that a code can be dialled on them,
 * and their config in step with it. It is one of the root tenant’s endpoints, and can be changed as any other.
 */
export function keepAutoprovEndpoint(parts: {
  bus: Pick<Bus, 'request'>
  ledgers: Ledgers
  models: Models
  view: View
  picture: Picture
  secrets: SipSecrets
  seal: Pick<Seal, 'derive'>
  clock: Pick<Clock, 'sleep'>
  log: Log
}): { stop(): Promise<void> } {
  const { bus, ledgers, models, view, picture, secrets, seal, clock, log } = parts
  let telling: Persistent | undefined
  let told = ''

  function endpoint(): SipConfiguration | undefined {
    for (const one of view.values('configuration')) if (one.kind === 'endpoint' && one.builtIn === config) return one
    return undefined
  }

  async function ensure(): Promise<void> {
    if (endpoint() !== undefined) return
    await ledgers.write({ kind: 'system' }, [rootTenantId], async (ledger) => {
      const held = await ledger.tx
        .selectFrom('configuration')
        .select('uuid')
        .where('tenant_id', '=', rootTenantId)
        .where('built_in', '=', config)
        .executeTakeFirst()
      if (held !== undefined) return
      await ledger.claimContext(context, rootTenantId, '/context')
      const [uuid, account] = [newUuid(), autoprovAccount(seal)]
      await ledger.insert('configuration', {
        tenant_id: rootTenantId,
        uuid,
        kind: 'endpoint',
        name: account.username,
        label: 'Phones that nobody has configured',
        built_in: config,
        sections: secrets.sealed(uuid, sectionsOf(account), undefined),
        operations: [],
        templates: [],
      })
    })
  }

  /** Name and password as they are now, to the config of such phones. */
  async function tell(): Promise<void> {
    await ensure()
    const present = endpoint()
    if (present === undefined) throw new Error('the endpoint is not in memory yet')
    const auth = picture.resolved(present).sections.auth
    const given = (option: string) => {
      const entry = auth.findLast((one) => one.option === option)
      return entry && secrets.open(entry.by, 'auth', option, entry.value)
    }
    const username = given('username') ?? present.name
    const account = { username, auth_username: username, password: given('password') ?? '' }
    const print = JSON.stringify(account)
    if (print === told) return
    const set = Object.fromEntries(Object.entries(account).map(([name, value]) => [`sip_lines.1.${name}`, value]))
    const asked = { tenant: rootTenantId, actor: { kind: 'service' as const, name: 'sip-config' } }
    await bus.request(patchConfig, { id: config, patch: { set } }, asked)
    told = print
  }

  async function tellAgain(): Promise<void> {
    await telling?.stop()
    telling = startPersistently(tell, {
      problem: 'phones that nobody has configured could not be told their SIP account yet; tried again',
      clock,
      log,
    })
  }

  let under = tellAgain()
  const next = () => {
    under = under.then(tellAgain)
  }
  const unsubscribe = models.configuration.subscribe((_key, document, old) => {
    if (document?.kind === 'endpoint' && document.builtIn === config && document.revision !== old?.revision) next()
  })
  return {
    async stop() {
      unsubscribe()
      await under
      await telling?.stop()
    },
  }
}
