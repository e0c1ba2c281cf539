/** What every provisioning key begins with, by which it is told from a folder in the path. */
export const keyPrefix = 'key-'

/** Up to the first slash; without one only what looks like a key: `key-layout.xml` is a file. */
const firstPart = /^(\/*)(key-(?:[^/]*(?=\/)|[^/.]*$))\/*/i

/**
 * A path of a phone's request, over any protocol, with the provisioning key at its beginning taken off. What begins as
 * a key is one, however wrong, so that no part of a real one is ever taken for the name of a file.
 */
export function splitKey(path: string): { key?: string; path: string } {
  const found = firstPart.exec(path)
  if (found === null) return { path }
  const [whole, slashes = '', key = ''] = found
  return { key, path: slashes.slice(0, 1) + path.slice(whole.length) }
}

/** A text as it may be logged or shown: without anything that could be a provisioning key. */
export function withoutKeys(text: string): string {
  return text.replaceAll(/key-[A-Za-z0-9_-]+/gi, 'key-…')
}
