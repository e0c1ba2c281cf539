/** Names of files as `#include` gives them: `*` and `?` stand for any characters of a name. Pure. */
export function filePattern(name: string): RegExp {
  const escaped = name.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
}
