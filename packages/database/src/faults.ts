import { Fault } from '@strowger/schema'

interface PostgresError extends Error {
  readonly code?: string
  readonly constraint?: string
  readonly detail?: string
}

const connectionLost = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01', // terminated by an administrator: a restart
  '57P02', // crash of another session
  '57P03', // starting up or shutting down
  '53300', // too many connections
  '25P03', // idle in transaction for too long
  '28P01', // wrong password: the roles are made by `migrate`, which may not have run yet
  '28000',
  '3D000', // the database is not there yet
])
/** Messages of the driver itself, which have no code. */
const driverMessages =
  /^(Connection terminated|timeout exceeded|timeout expired|Client has encountered|Query read timeout|Client was closed)/
/** Lost a race that asking again wins: serialization failure, deadlock, lock not available. */
const lostRace = new Set(['40001', '40P01', '55P03'])

/** Whether the session is gone, or never was, so that only another connection can help. */
export function isConnectionLoss(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as PostgresError
  return connectionLost.has(code) || code.startsWith('08') || driverMessages.test(message) || isStalePlan(error)
}

/** A prepared statement from before a migration changed its table: a fresh session prepares it anew. */
function isStalePlan(error: unknown): boolean {
  const { code, message } = (error ?? {}) as PostgresError
  return code === '0A000' && message === 'cached plan must not change result type'
}

/**
 * What a failed statement means to the house: `unavailable` where asking again can help, `deadline-exceeded` for the
 * statement timeout, a Fault as it is, anything else unchanged for the caller to map.
 */
export function faultFrom(error: unknown): unknown {
  if (error instanceof Fault) return error
  const { code = '', message } = (error ?? {}) as PostgresError
  if (isConnectionLoss(error)) {
    return new Fault('unavailable', { detail: 'The database is away', internal: message, cause: error })
  }
  if (lostRace.has(code)) return new Fault('unavailable', { internal: message, cause: error })
  if (code === '57014') return new Fault('deadline-exceeded', { internal: message, cause: error })
  return error
}

/** Whether a row with this identity exists already; with a name, whether exactly that constraint says so. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23505', constraint)
}

/** Whether a row refers to one that is not there, or is still referred to. */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23503', constraint)
}

/** Whether row level security refused the write: the row is of another tenant. */
export function isForeignTenant(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as PostgresError
  return code === '42501' && message.includes('row-level security')
}

/** Whether a tracked table was written without a declared writer or outside a change set: a mistake of ours. */
export function isUntrackedWrite(error: unknown): boolean {
  return (error as PostgresError | undefined)?.code === 'SW001'
}

function isViolation(error: unknown, code: string, constraint: string | undefined): boolean {
  const found = error as PostgresError | undefined
  return found?.code === code && (constraint === undefined || found.constraint === constraint)
}
