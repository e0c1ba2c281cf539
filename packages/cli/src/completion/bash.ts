import type { CommandWords } from './words.ts'

/** A completion script for bash: `source <(strowger completion bash)`. */
export function bashCompletion(words: readonly CommandWords[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const next = [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags)]
    return `    '${path}') words='${next.join(' ')}' ;;`
  })
  const values = flagsWithValue(words)
  return `# Completion of strowger for bash; written by: strowger completion bash
_strowger() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' words='' word skip=no index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ $skip == yes ]]; then skip=no; continue; fi
    case "$word" in
      ${values.join('|')}) skip=yes; continue ;;
      -*) continue ;;
    esac
    case "\${path:+$path }$word" in
      ${words.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`])).join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  # The value of an option is for the one who types.
  [[ $skip == yes ]] && return 0
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _strowger strowger ./strowger
`
}

/** Options that the next word belongs to, whatever the command. */
export function flagsWithValue(words: readonly CommandWords[]): string[] {
  const flags = words.flatMap(({ options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap((option) => option.flags),
  )
  const without = new Set(
    words.flatMap(({ options }) => options.filter(({ takesValue }) => !takesValue).flatMap((option) => option.flags)),
  )
  return [...new Set(flags)].filter((flag) => !without.has(flag)).sort()
}
