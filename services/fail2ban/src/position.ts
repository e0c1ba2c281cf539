import Type from 'typebox'
import { Value } from 'typebox/value'

/**
 * How far the log has been written, kept beside it: the last message of the stream whose lines are all in the file,
 * and where the file ended then. `seen` is the highest number of each producer and tenant, so that what a producer
 * sends again is not written again.
 */
export const Position = Type.Object({
  sequence: Type.Integer({ minimum: 0 }),
  inode: Type.Integer(),
  offset: Type.Integer({ minimum: 0 }),
  seen: Type.Record(Type.String(), Type.Integer()),
})
export type Position = Type.Static<typeof Position>

export const startPosition: Position = { sequence: 0, inode: 0, offset: 0, seen: {} }

/** Throws when the text is not a position: better to stop than to write every line of a month again. */
export function positionFromText(text: string): Position {
  return Value.Parse(Position, JSON.parse(text))
}
