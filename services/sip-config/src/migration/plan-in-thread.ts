import { Worker } from 'node:worker_threads'
import { type PlanJob, type PlannedImport, planJob } from './plan-job.ts'

/** So many characters are planned where they are: a thread takes longer to begin. */
const smallCharacters = 100_000

/**
 * Plans an import beside the thread that answers: 10,000 peers take seconds. Run from the sources (in tests) there is
 * no built file for a thread, and it is planned here.
 */
export async function planInThread(job: PlanJob): Promise<PlannedImport> {
  if (job.text.length < smallCharacters || import.meta.url.endsWith('.ts')) return planJob(job)
  const worker = new Worker(new URL('./plan.thread.js', import.meta.url), { workerData: job })
  try {
    return await new Promise<PlannedImport>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)))
    })
  } finally {
    await worker.terminate()
  }
}
