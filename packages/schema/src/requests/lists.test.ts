import { expect, test } from 'vitest'
import { catalogue } from '../catalogue.ts'

interface Fields {
  properties?: Record<string, unknown>
}

/** Lists that lack something, with the reason. */
const without: Readonly<Record<string, readonly string[]>> = {
  // Of the whole installation: there are no tenants below.
  'asterisks.list.v1': ['recurse'],
  'bans.list.v1': ['recurse'],
  'bans.report.v1': ['recurse'],
  'flood.expiring.v1': ['recurse'],
  'plugins.list.v1': ['recurse'],
  // What is in force for the tenant, with what it has from above: what tenants below have is theirs.
  'templates.list.v1': ['recurse'],
  'static-files.list.v1': ['recurse'],
  // Sums of a period: one line a key, all of them.
  'rating-totals.get.v1': ['search', 'order', 'direction', 'limit', 'offset'],
  // Of one object.
  'templates.history.v1': ['recurse', 'order', 'search'],
  'uploads.list.v1': ['recurse'],
  'sip-endpoints.history.v1': ['recurse', 'order', 'search', 'direction'],
  'sip-templates.history.v1': ['recurse', 'order', 'search', 'direction'],
  // In the order of the file.
  'sip-migration.report.v1': ['recurse', 'order', 'direction'],
  'lines.of-device.v1': ['recurse', 'order', 'search', 'direction', 'limit', 'offset'],
  // The tree below the asking tenant is the list.
  'tenants.list.v1': [],
}

const lists = catalogue.requests.filter(({ rest, output }) => {
  const { properties = {} } = output as Fields
  return rest?.method === 'GET' && 'items' in properties
})

test.each(lists.map((list) => [list.subject, list] as const))(
  '%s can be searched, ordered and paged, and counts exactly',
  (subject, list) => {
    const given = Object.keys((list.input as Fields).properties ?? {})
    const exempt = without[subject] ?? []
    const wanted = ['search', 'order', 'direction', 'limit', 'offset', 'recurse'].filter(
      (name) => !exempt.includes(name),
    )
    expect(wanted.filter((name) => !given.includes(name))).toEqual([])
    expect((list.output as Fields).properties).toHaveProperty('total')
  },
)
