import type { Command } from 'commander'

/** Words that mean the same; a command with the name of one is found by the others. */
const sameWords: readonly (readonly string[])[] = [
  ['get', 'show'],
  ['create', 'add', 'new'],
  ['set', 'change', 'update'],
  ['delete', 'remove', 'rm'],
  ['list', 'ls'],
]

/** Nobody has to know whether a user is added or created. The help shows the one name that each command has. */
export function addOtherNames(group: Command): void {
  const taken = new Set(group.commands.map((command) => command.name()))
  for (const command of group.commands) {
    const others = sameWords.find((words) => words.includes(command.name())) ?? []
    for (const other of others) {
      if (taken.has(other)) continue
      taken.add(other)
      command.alias(other)
    }
  }
}

/** As commander’s own, without the other names. */
export function termOf(command: Command): string {
  const given = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? ` <${name}>` : ` [${name}]`
  })
  return `${command.name()}${command.options.length > 0 ? ' [options]' : ''}${given.join('')}`
}
