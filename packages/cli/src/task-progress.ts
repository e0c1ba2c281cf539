import { getTask, type TaskDocument } from '@strowger/schema'
import type { Client } from './client.ts'
import { Failure, Refusal } from './failure.ts'
import type { Tool } from './tool.ts'

const askedEveryMs = 400
const barWidth = 28
/** Its owner has just written it; it may not have been seen everywhere. */
const unseenFor = 5

/** Follows a task to its end: a bar on a terminal, else a line for each step. Fault when it does not end well. */
export async function followTask(tool: Tool, client: Client, id: string): Promise<TaskDocument> {
  const { err } = tool.around
  const isTerminal = err.columns !== undefined
  let shown = ''
  for (let asked = 0; ; asked++) {
    const task = await seen(client, id, asked)
    if (task) {
      const line = progressLine(task, isTerminal)
      if (isTerminal) err.write(`\r\u001b[2K${line}`)
      else if (line !== shown) err.write(`${line}\n`)
      shown = line
      if (hasEnded(task)) {
        if (isTerminal) err.write('\n')
        if (task.state !== 'done') throw new Failure(`The task ${task.state}${task.reason ? `: ${task.reason}` : ''}`)
        return task
      }
    }
    await tool.around.sleep(askedEveryMs)
  }
}

async function seen(client: Client, id: string, asked: number): Promise<TaskDocument | undefined> {
  try {
    return await client.call(getTask, { id })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not-found' && asked < unseenFor) return undefined
    throw error
  }
}

function hasEnded({ state }: TaskDocument): boolean {
  return state !== 'waiting' && state !== 'running'
}

/** How far a task is, in one line. Pure. */
export function progressLine({ kind, state, progress }: TaskDocument, withBar: boolean): string {
  if (progress === undefined || progress.total === 0) return `${kind}  ${state}`
  const { current, total, unit } = progress
  const part = Math.min(1, current / total)
  const counted = `${current} of ${total} ${unit}`
  const percent = `${Math.floor(part * 100)} %`
  if (!withBar) return `${kind}  ${state}  ${counted}  ${percent}`
  const filled = Math.round(part * barWidth)
  return `${kind}  ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}  ${percent}  ${counted}`
}
