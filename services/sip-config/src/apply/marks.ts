import { createHash } from 'node:crypto'
import { markAttribute, type ObjectFields } from '@strowger/asterisk'
import { Fault } from '@strowger/schema'
import type { DesiredObject } from '../desired-object.ts'
import type { Written } from './object-writer.ts'

/** Its fields, and its digest as one of them. */
export function marked({ fields, digest }: DesiredObject): ObjectFields {
  return [...fields.filter(([option]) => option !== markAttribute), [markAttribute, digest]]
}

/**
 * Asterisk answers with the whole object; the mark in it says that this is the one. Fault `conflict` when it is not.
 */
export function verified(text: string, wants: DesiredObject | undefined): Written {
  if (wants === undefined) return { fingerprint: '' }
  if (!text.includes(JSON.stringify(wants.digest))) {
    throw new Fault('conflict', { detail: 'Asterisk took the object and has another' })
  }
  return { fingerprint: printOf(text) }
}

/** Of an object’s text, to tell whether anybody else has changed it. */
export const printOf = (text: string) => createHash('sha1').update(text).digest('base64')
