/** One answer of an HTTP/1.1 server, as far as ARI needs it. */
export interface HttpAnswer {
  readonly status: number
  /** Empty when there is none. */
  readonly body: string
  /** The server closes the connection after it. */
  readonly isLast: boolean
}

const headEnd = Buffer.from('\r\n\r\n')
const maxHeadLength = 65_536

/**
 * Takes what arrives in pieces and gives whole answers, in order (RFC 9112). Asterisk says each length
 * (`Content-Length`); throws RangeError for anything else, and for a head that does not end.
 */
export function createHttpAnswerDecoder(): (chunk: Buffer) => HttpAnswer[] {
  let rest: Buffer = Buffer.alloc(0)

  function take(): HttpAnswer | undefined {
    const end = rest.indexOf(headEnd)
    if (end < 0) {
      if (rest.length > maxHeadLength) throw new RangeError('the head of an HTTP answer does not end')
      return undefined
    }
    const head = rest.toString('latin1', 0, end)
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]
    if (status === undefined) throw new RangeError('the other side does not speak HTTP')
    if (/^transfer-encoding:/im.test(head)) throw new RangeError('an HTTP answer came in chunks')
    const length = Number(/^content-length:[ \t]*(\d+)/im.exec(head)?.[1] ?? 0)
    const from = end + headEnd.length
    if (rest.length < from + length) return undefined
    const body = rest.toString('utf8', from, from + length)
    rest = rest.subarray(from + length)
    return { status: Number(status), body, isLast: /^connection:[ \t]*close/im.test(head) }
  }

  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const answers: HttpAnswer[] = []
    for (let answer = take(); answer !== undefined; answer = take()) answers.push(answer)
    return answers
  }
}
