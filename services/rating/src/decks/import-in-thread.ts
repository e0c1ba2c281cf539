import { Worker } from 'node:worker_threads'
import { type ImportedDeck, type ImportJob, importJob } from './import-job.ts'

/**
 * Reads and checks a deck beside the thread that answers: 300,000 rows take seconds. Run from the sources (in tests)
 * there is no built file for a thread, and it is read here.
 */
export async function importInThread(job: ImportJob): Promise<ImportedDeck> {
  if (import.meta.url.endsWith('.ts')) return importJob(job)
  const worker = new Worker(new URL('./import.thread.js', import.meta.url), { workerData: job })
  try {
    return await new Promise<ImportedDeck>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)))
    })
  } finally {
    await worker.terminate()
  }
}
