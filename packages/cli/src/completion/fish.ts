import { flagsWithValue } from './bash.ts'
import type { CommandWords } from './words.ts'

/** A completion script for fish: `strowger completion fish > ~/.config/fish/completions/strowger.fish`. */
export function fishCompletion(words: readonly CommandWords[]): string {
  const lines = words.flatMap(({ path, commands, options }) => {
    const when = `-n '__strowger_is "${path}"'`
    return [
      ...commands.map(
        ({ name, description }) => `complete -c strowger -f ${when} -a ${quoted(name)} -d ${quoted(description)}`,
      ),
      ...options.flatMap(({ flags, description, takesValue }) => {
        const names = flags
          .map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
          .join(' ')
        return [`complete -c strowger ${when} ${names}${takesValue ? ' -r' : ''} -d ${quoted(description)}`]
      }),
    ]
  })
  const paths = words.flatMap(({ path }) => (path === '' ? [] : [quoted(path)]))
  return `# Completion of strowger for fish; written by: strowger completion fish
function __strowger_is
  set -l chosen ''
  set -l skip no
  for word in (commandline -opc)[2..-1]
    if test $skip = yes
      set skip no
      continue
    end
    if contains -- $word ${flagsWithValue(words).join(' ')}
      set skip yes
      continue
    end
    if string match -q -- '-*' $word
      continue
    end
    set -l longer (string trim "$chosen $word")
    if contains -- $longer ${paths.join(' ')}
      set chosen $longer
    end
  end
  test $skip = no; and test "$chosen" = "$argv[1]"
end
${lines.join('\n')}
`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, (character) => `\\${character}`)}'`
}
