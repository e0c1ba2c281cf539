import type { Command } from 'commander'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { wordsOf } from '../completion/words.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

export function addCompletion(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('completion <shell>')
      .description('prints what makes bash, zsh or fish complete this command')
      .action((shell: string) => {
        const make = Object.hasOwn(shells, shell) ? shells[shell as keyof typeof shells] : undefined
        if (make === undefined) {
          throw new Failure(`"${shell}" is none of ${Object.keys(shells).join(', ')}`, exitCodes.usage)
        }
        tool.around.out.write(make(wordsOf(program)))
      }),
    [
      'strowger completion zsh > ~/.zsh/completions/_strowger',
      'strowger completion fish > ~/.config/fish/completions/strowger.fish',
      'source <(strowger completion bash)',
    ],
  )
}
