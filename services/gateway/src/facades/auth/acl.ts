import type { Permission } from '@strowger/schema'

const ranks: Readonly<Record<Permission, number>> = { read: 0, write: 1, admin: 2 }

/** What scripts are told that they may do: `#` stands for everything, `*` for one part. */
export function aclOf(permission: Permission): string[] {
  if (permission === 'admin') return ['#']
  if (permission === 'write') return ['confd.#', 'provd.#']
  return ['confd.#.read', 'provd.#.read']
}

/** Whether a permission covers a scope as `confd.devices.read` or `provd.dev_mgr.devices.create`. */
export function covers(permission: Permission, scope: string): boolean {
  return ranks[permission] >= ranks[neededFor(scope)]
}

function neededFor(scope: string): Permission {
  const [area] = scope.split('.')
  if (area !== 'confd' && area !== 'provd') return 'admin'
  return scope.endsWith('.read') ? 'read' : 'write'
}
