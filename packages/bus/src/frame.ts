import { jsonBytes, textOf } from './schema-check.ts'

/**
 * A reply that carries bytes is one message: the length of the JSON as an unsigned 32-bit big-endian number, the JSON
 * of the fields beside `body`, then the bytes of `body` as they are.
 */
export function encodeFrame(reply: { body: Uint8Array }): Uint8Array {
  const { body, ...fields } = reply
  const json = jsonBytes(fields)
  const frame = Buffer.allocUnsafe(4 + json.length + body.length)
  frame.writeUInt32BE(json.length, 0)
  frame.set(json, 4)
  frame.set(body, 4 + json.length)
  return frame
}

/** The reverse. `body` is a copy that may be kept. Throws when the message is not a frame. */
export function decodeFrame(frame: Uint8Array): Record<string, unknown> & { body: Uint8Array } {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  const jsonEnd = bytes.length < 4 ? Number.POSITIVE_INFINITY : 4 + bytes.readUInt32BE(0)
  if (jsonEnd > bytes.length) throw new RangeError('the frame is shorter than it says')
  const fields: unknown = JSON.parse(textOf(bytes.subarray(4, jsonEnd)))
  if (typeof fields !== 'object' || fields === null) throw new TypeError('the frame holds no JSON object')
  // A view would keep the whole chunk of the socket alive for as long as the body is kept.
  return Object.assign(fields as Record<string, unknown>, { body: new Uint8Array(frame.subarray(jsonEnd)) })
}
