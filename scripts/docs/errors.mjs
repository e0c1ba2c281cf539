import { catalogue, errors } from '../../packages/schema/dist/index.js'
import { code, page, table } from './page.mjs'

const always = ['invalid-input', 'unavailable', 'internal']

/** The one table of errors. */
export function errorsPage() {
  const subjectsOf = (name) =>
    always.includes(name)
      ? 'any request'
      : catalogue.requests
          .filter((request) => request.errors.includes(name))
          .map(({ subject }) => code(subject))
          .sort()
          .join(' ')
  return page(
    'Errors',
    'REST answers an error as `application/problem+json` (RFC 9457), whose `code` is the first column; on the bus it is the code of the fault. “later”: asking again may help. An error without a request of its own comes from the way there: the gateway, or the bus.',
    table(
      ['code', 'HTTP', 'ask again', 'means', 'answered by'],
      Object.entries(errors).map(([name, { status, retry, title }]) => [
        code(name),
        status,
        retry,
        title,
        subjectsOf(name),
      ]),
    ),
  )
}
