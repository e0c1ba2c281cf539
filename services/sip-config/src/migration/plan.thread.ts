import { parentPort, workerData } from 'node:worker_threads'
import { type PlanJob, planJob } from './plan-job.ts'

/** Plans one import on a thread of its own. */
parentPort?.postMessage(planJob(workerData as PlanJob))
