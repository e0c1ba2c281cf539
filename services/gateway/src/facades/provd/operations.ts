import { getTask, type TaskDocument } from '@strowger/schema'
import type { Asked, FacadeAnswer, FacadeRoute } from '../facade.ts'

/** Work that had nothing to do is told under this id: there is no task of it. */
export const nothingToDo = 'done'

const states: Readonly<Record<TaskDocument['state'], string>> = {
  waiting: 'waiting',
  running: 'progress',
  done: 'success',
  failed: 'fail',
  cancelled: 'fail',
}

/** `label|state;current/end`, as the peer tells how far an operation in progress is. */
function operationText(task: Pick<TaskDocument, 'state' | 'progress'>, label?: string): string {
  const { state, progress } = task
  const counted = progress === undefined || progress.total === 0 ? '' : `;${progress.current}/${progress.total}`
  return `${label === undefined ? '' : `${label}|`}${states[state]}${counted}`
}

/** The resource of each operation that was begun at `path`. */
export function operationRoutes(path: string, label?: string): FacadeRoute[] {
  async function state({ params, call }: Pick<Asked, 'params' | 'call'>): Promise<string> {
    const id = params['operation'] ?? ''
    if (id === nothingToDo) return operationText({ state: 'done' }, label)
    return operationText(await call(getTask, { id }), label)
  }
  return [
    {
      method: 'GET',
      path: `${path}/:operation`,
      permission: 'read',
      answer: async (asked) => ({ status: 200, body: { status: await state(asked) } }),
    },
    {
      method: 'DELETE',
      path: `${path}/:operation`,
      permission: 'read',
      // There is nothing to free: tasks end by themselves and are kept for 30 days.
      answer: async (asked): Promise<FacadeAnswer> => {
        await state(asked)
        return { status: 204 }
      },
    },
  ]
}
