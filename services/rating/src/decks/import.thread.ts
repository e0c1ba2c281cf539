import { parentPort, workerData } from 'node:worker_threads'
import { type ImportJob, importJob } from './import-job.ts'

/** Reads one deck on a thread of its own. */
const imported = importJob(workerData as ImportJob)
parentPort?.postMessage(imported, imported.packed === undefined ? [] : [imported.packed.buffer as ArrayBuffer])
