import { flagsWithValue } from './bash.ts'
import type { CommandWords } from './words.ts'

/** A completion script for zsh: `strowger completion zsh > "${fpath[1]}/_strowger"`. */
export function zshCompletion(words: readonly CommandWords[]): string {
  const cases = words.map(({ path, commands, options }) => {
    const described = [
      ...commands.map(({ name, description }) => entry(name, description)),
      ...options.flatMap(({ flags, description }) => flags.map((flag) => entry(flag, description))),
    ]
    return `    '${path}') next=(${described.join(' ')}) ;;`
  })
  const paths = words.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]))
  return `#compdef strowger
# Completion of strowger for zsh; written by: strowger completion zsh
_strowger() {
  local chosen='' word skip=no
  local -a next
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    if [[ $skip == yes ]]; then skip=no; continue; fi
    case "$word" in
      ${flagsWithValue(words).join('|')}) skip=yes; continue ;;
      -*) continue ;;
    esac
    case "\${chosen:+$chosen }$word" in
      ${paths.join('|')}) chosen="\${chosen:+$chosen }$word" ;;
    esac
  done
  if [[ $skip == yes ]]; then _files; return; fi
  case "$chosen" in
${cases.join('\n')}
  esac
  _describe 'strowger' next || _files
}
if [[ $funcstack[1] == _strowger ]]; then _strowger "$@"; else compdef _strowger strowger; fi
`
}

function entry(name: string, description: string): string {
  const text = description.replaceAll(/[\\:]/g, (character) => `\\${character}`)
  return `'${name}:${text.replaceAll("'", "'\\''")}'`
}
