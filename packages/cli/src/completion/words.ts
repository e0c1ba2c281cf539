import type { Command } from 'commander'

/** A command with what may follow it. */
export interface CommandWords {
  /** As `devices list`; empty for the command itself. */
  readonly path: string
  readonly description: string
  readonly commands: readonly { readonly name: string; readonly description: string }[]
  readonly options: readonly OptionWords[]
}

interface OptionWords {
  readonly flags: readonly string[]
  readonly description: string
  readonly takesValue: boolean
}

/** Every command with the words that may follow it; the options of the program may follow everywhere. */
export function wordsOf(program: Command): CommandWords[] {
  const everywhere = optionsOf(program).filter(({ flags }) => !flags.includes('--version'))
  const visit = (command: Command, path: string): CommandWords[] => [
    {
      path,
      description: command.description(),
      commands: command.commands
        .filter((inner) => inner.name() !== 'help')
        .map((inner) => ({ name: inner.name(), description: firstLine(inner.description()) })),
      options: command === program ? optionsOf(program) : [...optionsOf(command), ...everywhere],
    },
    ...command.commands.flatMap((inner) => visit(inner, path === '' ? inner.name() : `${path} ${inner.name()}`)),
  ]
  return visit(program, '')
}

function optionsOf(command: Command): OptionWords[] {
  const help: OptionWords = { flags: ['--help'], description: 'what this command does', takesValue: false }
  const own = command.options.map(({ short, long, description, required, optional }) => ({
    flags: [short, long].filter((flag) => flag !== undefined),
    description: firstLine(description),
    takesValue: required || optional,
  }))
  return command.parent === null ? [...own, help] : own
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
