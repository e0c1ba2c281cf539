import { Fault } from '@strowger/schema'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/schema'

interface Check {
  /** True when the value has the shape. */
  accepts(value: unknown): boolean
  /** The first thing that is wrong with it; ask only after `accepts` said no, finding it is slow. */
  firstProblem(value: unknown): { field: string; problem: string }
}

const checks = new WeakMap<TSchema, Check>()

/** The compiled check of a schema; compiled once a process. */
export function checkOf(schema: TSchema): Check {
  const known = checks.get(schema)
  if (known) return known
  const validator = Compile(schema)
  const check: Check = {
    accepts: (value) => validator.Check(value),
    firstProblem(value) {
      const [, [first]] = validator.Errors(value)
      return { field: first?.instancePath || '/', problem: first?.message ?? 'does not have its shape' }
    },
  }
  checks.set(schema, check)
  return check
}

/** Parses JSON and checks it. Fault `invalid-input` that says what is wrong and where. */
export function parseChecked(schema: TSchema, bytes: Uint8Array): unknown {
  let value: unknown
  try {
    value = JSON.parse(textOf(bytes))
  } catch (cause) {
    throw new Fault('invalid-input', { fields: [{ field: '/', problem: 'is not JSON' }], cause })
  }
  const check = checkOf(schema)
  if (!check.accepts(value)) throw new Fault('invalid-input', { fields: [check.firstProblem(value)] })
  return value
}

/** UTF-8 bytes as text, without a copy of the bytes. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

export function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value) ?? 'null')
}
