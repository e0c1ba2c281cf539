import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { addApi } from './commands/api.ts'
import { addAudit } from './commands/audit.ts'
import { addBans } from './commands/bans.ts'
import { addChanges } from './commands/changes.ts'
import { addCompletion } from './commands/completion.ts'
import { addConfigs } from './commands/configs.ts'
import { addDevices } from './commands/devices.ts'
import { addExpressions, withEvaluate } from './commands/expressions.ts'
import { addExtensions } from './commands/extensions.ts'
import { addFiles } from './commands/files.ts'
import { addFlood } from './commands/flood.ts'
import { addIdentify } from './commands/identify.ts'
import { addLines } from './commands/lines.ts'
import { addLogIn } from './commands/log-in.ts'
import { addPlugins } from './commands/plugins.ts'
import { addPolicy } from './commands/policy.ts'
import { addRating } from './commands/rating.ts'
import { addReconfigure } from './commands/reconfigure.ts'
import { addRoles } from './commands/roles.ts'
import { addSessions } from './commands/sessions.ts'
import { addSip } from './commands/sip.ts'
import { addSupportBundle } from './commands/support-bundle.ts'
import { addSynchronize } from './commands/synchronize.ts'
import { addTasks } from './commands/tasks.ts'
import { addTemplates } from './commands/templates.ts'
import { addTenants } from './commands/tenants.ts'
import { addTokens } from './commands/tokens.ts'
import { addUploads } from './commands/uploads.ts'
import { addUsers } from './commands/users.ts'
import { addWhoAmI } from './commands/who-am-i.ts'
import { exitCodes, exitCodesText, Failure } from './failure.ts'
import { addOtherNames, termOf } from './other-names.ts'
import type { Surroundings } from './surroundings.ts'
import { createTool, withExamples } from './tool.ts'

const commands = [
  addDevices,
  addUploads,
  addLines,
  addExtensions,
  addSip,
  addConfigs,
  addPlugins,
  addTemplates,
  addFiles,
  addReconfigure,
  addSynchronize,
  addExpressions,
  addTasks,
  addChanges,
  addTenants,
  addUsers,
  addRoles,
  addTokens,
  addSessions,
  addAudit,
  addBans,
  addFlood,
  addPolicy,
  addIdentify,
  addRating,
  addLogIn,
  addWhoAmI,
  addApi,
  addSupportBundle,
  addCompletion,
]

/** The whole command; nothing is done before it is given arguments. */
export function createProgram(around: Surroundings): Command {
  const program = new Command('strowger')
    .description('Phones, their configuration and who may change it')
    .option('--json', 'print the answer itself')
    .option('--tenant <tenant>', 'act for this tenant: id or name')
    .option('--url <url>', 'gateway to ask, instead of the one of the log-in')
    .option('--note <text>', 'why it is done, for the list of changes')
    .option('-c, --code <expressions>', 'the same as evaluate <expressions>')
    .version(`strowger ${ownVersion()}`, '-V, --version', 'print the version of this command')
    .showHelpAfterError('(strowger help shows what there is)')
  withExamples(program, [
    'strowger devices list',
    'strowger configs set 00:15:65:12:34:56 sip_lines.1.username=1001 sip_lines.1.password=secret',
    'strowger changes list',
    `strowger -c 'devices.using_plugin("aastra-3.3.1-SP4").reconfigure()'`,
  ])
  program.addHelpText('after', `\n${exitCodesText}`)
  const tool = createTool(program, around)
  for (const add of commands) add(program, tool)
  for (const command of withAllBelow(program)) {
    // Otherwise commander would end the process, and write past what we were given.
    addOtherNames(command)
    command.configureHelp({ subcommandTerm: termOf })
    command.exitOverride().configureOutput({
      writeOut: (text) => around.out.write(text),
      writeErr: (text) => around.err.write(text),
      getOutHelpWidth: () => around.out.columns ?? 100,
      getErrHelpWidth: () => around.err.columns ?? 100,
    })
  }
  return program
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return version
}

function withAllBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAllBelow)]
}

/** Runs one command; answers its exit code, one of `exitCodes`. */
export async function runCommand(argv: readonly string[], around: Surroundings): Promise<number> {
  try {
    await createProgram(around).parseAsync(withEvaluate(argv), { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (!(error instanceof Failure)) throw error
    if (error.message !== '') around.err.write(`${error.message}\n`)
    return error.exitCode
  }
}
