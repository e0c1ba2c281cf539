/** As much of the service's log (pino) as the database writes to: a constant phrase, data in fields. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
