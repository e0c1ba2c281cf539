import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

interface Fields {
  readonly properties?: Readonly<Record<string, unknown>>
}
const writing = catalogue.requests.flatMap((definition) =>
  definition.rest === undefined || definition.rest.method === 'GET'
    ? []
    : [{ ...definition, rest: definition.rest, name: `${definition.domain}.${definition.verb}` }],
)
const takes = ({ input }: { input: unknown }, field: string) => field in ((input as Fields).properties ?? {})

describe('If-Match', () => {
  const ofObjects = writing.filter(({ rest }) => ['PUT', 'PATCH', 'DELETE'].includes(rest.method))

  it.each(ofObjects.map((one) => [one.name, one] as const))(
    '%s takes the revision of what it writes, or says why that has none',
    (_name, one) => {
      expect(takes(one, 'ifRevision'), 'ifRevision in its input, or `unversioned` in its binding').toBe(
        one.rest.unversioned === undefined,
      )
      if (takes(one, 'ifRevision')) expect(one.errors).toContain('stale-revision')
    },
  )

  it('is explained by nobody who takes it', () => {
    for (const { rest, name } of writing)
      if (rest.unversioned !== undefined) expect(ofObjects.map((one) => one.name)).toContain(name)
  })
})

/**
 * A change that reaches further than the object it names can be tried with `dry_run=true`. These reach no further; what
 * is not here and takes no dry run is an operation that nobody has thought about.
 */
const narrow: Readonly<Record<string, readonly string[]>> = {
  'adds an object, which nothing uses yet': [
    'configs.create',
    'devices.create',
    'extensions.create',
    'lines.create',
    'registrars.create',
    'roles.create',
    'sip-endpoints.create',
    'sip-templates.create',
    'sip-transports.create',
    'tenants.create',
    'tokens.create',
    'trunks.create',
    'users.create',
  ],
  'is of one device': [
    'devices.claim',
    'devices.consent',
    'devices.delete',
    'devices.first-boot',
    'devices.revoke-key',
    'devices.update',
    'uploads.delete',
    'uploads.keep',
  ],
  'is of one line, trunk or extension and what it is put together with': [
    'extensions.delete',
    'extensions.update',
    'lines.change-credentials',
    'lines.delete',
    'lines.delete-device',
    'lines.delete-endpoint',
    'lines.delete-extension',
    'lines.delete-user',
    'lines.put-device',
    'lines.put-endpoint',
    'lines.put-extension',
    'lines.put-funckeys',
    'lines.put-user',
    'lines.update',
    'trunks.delete',
    'trunks.delete-endpoint',
    'trunks.put-endpoint',
    'trunks.update',
  ],
  'is of one person, log-in or token': [
    'sessions.change-password',
    'sessions.create',
    'sessions.delete',
    'tokens.delete',
    'users.delete',
    'users.set-password',
    'users.update',
  ],
  'is refused while something uses it': ['registrars.delete', 'roles.delete'],
  'is a name, and nothing else': ['tenants.update'],
  'is of one address': ['bans.create', 'bans.delete'],
  'limits what comes, and changes nothing that is there; what expires is listed at flood/expiring': ['flood.update'],
  'is for first boots: the keys of devices stay': ['policies.replace-key'],
  'asks, tries or explains, and changes nothing': [
    'asterisks.check',
    'identification.explain',
    'rating-sources.test',
    'rating.least-cost',
    'rating.quote',
    'templates.preview',
  ],
  'does again what is written already, as a task that shows how far it is and can be stopped': [
    'rating-sources.reread',
    'rendering.reconfigure',
    'rendering.synchronize',
  ],
  'is itself what is looked at before it counts': ['rating-runs.create'],
  'stops a task': ['tasks.cancel'],
  'brings a part of a file, which is used by another operation': [
    'rating-uploads.create',
    'rating-uploads.put',
    'sip-migration.upload',
  ],
}

describe('a dry run', () => {
  const known = Object.values(narrow).flat()

  it.each(writing.filter((one) => !known.includes(one.name)).map((one) => [one.name, one] as const))(
    '%s reaches further than its object, and can be tried',
    (_name, one) => expect(takes(one, 'dryRun')).toBe(true),
  )

  it('is taken by none of those that are said to be narrow, and each of them exists', () => {
    for (const name of known) {
      const one = writing.find((candidate) => candidate.name === name)
      expect(one, name).toBeDefined()
      if (one) expect(takes(one, 'dryRun'), name).toBe(false)
    }
    expect(new Set(known).size).toBe(known.length)
  })
})
