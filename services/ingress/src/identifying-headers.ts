import type { IncomingHttpHeaders } from 'node:http'
import type { Plugin } from '@strowger/schema'

const maxHeaders = 16
const maxValueLength = 512
/** Never handed on, whatever a manifest says. */
const secrets = new Set(['authorization', 'proxy-authorization', 'cookie'])

/** Those headers of a request that a rule of a plugin looks at, each cut to 512 characters; undefined when there is none. */
export type IdentifyingHeaders = (headers: IncomingHttpHeaders) => Record<string, string> | undefined

/** The agent is evidence of its own and not among them. */
export function createIdentifyingHeaders(plugins: {
  values(): Iterable<Plugin>
  subscribe(listener: () => void): unknown
}): IdentifyingHeaders {
  let names: string[] | undefined
  plugins.subscribe(() => {
    names = undefined
  })
  return (headers) => {
    names ??= namesIn(plugins.values())
    let found: Record<string, string> | undefined
    for (const name of names) {
      const value = headers[name]
      if (typeof value !== 'string') continue
      found ??= {}
      found[name] = value.slice(0, maxValueLength)
    }
    return found
  }
}

function namesIn(plugins: Iterable<Plugin>): string[] {
  const names = new Set<string>()
  for (const { manifest } of plugins) {
    for (const { headers } of manifest.identify.http ?? []) for (const name in headers) names.add(name)
  }
  return [...names]
    .filter((name) => !secrets.has(name))
    .sort()
    .slice(0, maxHeaders)
}
