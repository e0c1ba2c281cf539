import { createOldestFirst } from '@strowger/service'

/** Contents remembered at most; keys of tenants make many versions of one common file. */
const maxContents = 20_000

/**
 * When this replica first had a content to serve, by its digest: the date of static and common files, which are made
 * anew at each request. After a restart, or from another replica, it is another date for the same content, and a phone
 * that asks by date gets the file once more; never the other way round.
 */
export function createFirstSeen(now: () => number): (digest: string) => string {
  const moments = new Map<string, string>()
  const oldest = createOldestFirst(moments)
  return (digest) => {
    const known = moments.get(digest)
    if (known !== undefined) return known
    const first = moments.size >= maxContents ? oldest() : undefined
    if (first !== undefined) moments.delete(first)
    const at = new Date(now()).toISOString()
    moments.set(digest, at)
    return at
  }
}
