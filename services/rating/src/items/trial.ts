import { Fault, type RatingItemKind } from '@strowger/schema'

/** Turns what the engine refuses into what the person is told. @throws Fault `invalid-input` */
export async function checkTrial(kind: RatingItemKind, trial: Promise<unknown>): Promise<void> {
  try {
    await trial
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConfigurationFault') throw error
    throw new Fault('invalid-input', {
      detail: `The ${kind} cannot be used: ${error.message}`,
      fields: [{ field: '/item', problem: error.message }],
    })
  }
}
