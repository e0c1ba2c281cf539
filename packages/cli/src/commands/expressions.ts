import type { Command } from 'commander'
import { createPrompt } from '../expressions/prompt.ts'
import { exitCodes, Failure } from '../failure.ts'
import { type Tool, withExamples } from '../tool.ts'

/** The old way to say things: `devices.using_plugin("aastra-3.3.1-SP4").reconfigure()`. */
export function addExpressions(program: Command, tool: Tool): void {
  withExamples(
    program
      .command('evaluate <expressions>')
      .description('does what expressions of the old prompt say; -c <expressions> is the same')
      .action(async (code: string) => (await createPrompt(tool)).run(code)),
    [
      `strowger evaluate 'help()'`,
      `strowger -c 'devices.using_plugin("aastra-3.3.1-SP4").reconfigure()'`,
      `strowger -c 'devices.using_mac("00085D2EECFB").synchronize()'`,
      `strowger -c 'helpers.mass_update_devices_plugin("aastra-3.3.1-SP4", "aastra-4.2.0", synchronize=True, recurse=True)'`,
    ],
  )

  withExamples(
    program
      .command('shell')
      .description('reads expressions line by line, from a terminal or from standard input')
      .action(async () => {
        const prompt = await createPrompt(tool)
        let failures = 0
        for await (const line of tool.around.lines('strowger> ')) {
          if (/^\s*(exit|quit)(\(\))?\s*$/.test(line)) break
          try {
            await prompt.run(line)
          } catch (error) {
            if (!(error instanceof Failure)) throw error
            if (error.exitCode === exitCodes.unreachable) throw error
            tool.note(error.message)
            failures += 1
          }
        }
        // At a terminal each was seen as it came; a script must be told at its end.
        if (failures > 0 && tool.around.err.columns === undefined) {
          throw new Failure(failures === 1 ? 'One line failed' : `${failures} lines failed`)
        }
      }),
    ['strowger shell', `echo 'helpers.used_plugins()' | strowger shell`],
  )
}

const withValue = new Set(['--tenant', '--url', '--note'])

/** `-c CODE` among the options before a command stands for `evaluate CODE`. Pure. */
export function withEvaluate(argv: readonly string[]): string[] {
  for (let place = 0; place < argv.length; place += 1) {
    const word = argv[place] ?? ''
    if (word === '-c' || word === '--code') {
      return [...argv.slice(0, place), 'evaluate', ...argv.slice(place + 1)]
    }
    if (withValue.has(word)) place += 1
    else if (!word.startsWith('-')) break
  }
  return [...argv]
}
