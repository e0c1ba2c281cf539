import { expect, test } from 'vitest'
import { silentLog } from './log.ts'
import { createScope } from './scope.ts'

test('what was created is released in reverse, once, and a release that fails stops no other', async () => {
  const scope = createScope(silentLog())
  const seen: string[] = []
  const use = (name: string) =>
    scope.use(
      name,
      async () => name,
      (value) => void seen.push(value),
    )
  await use('nats')
  scope.defer(() => {
    throw new Error('broken')
  })
  await use('model')
  scope.defer(async () => void seen.push('deferred'))
  await Promise.all([scope.close(), scope.close()])
  expect(seen).toEqual(['deferred', 'model', 'nats'])
})

test('a creation that fails is not released, those before it are', async () => {
  const scope = createScope(silentLog())
  const seen: string[] = []
  await scope.use(
    'first',
    () => 1,
    () => void seen.push('first'),
  )
  const failing = scope.use(
    'second',
    () => Promise.reject(new Error('refused')),
    () => void seen.push('second'),
  )
  await expect(failing).rejects.toThrow('refused')
  await scope.close()
  expect(seen).toEqual(['first'])
})

test('what is created while the scope is being closed is released at once', async () => {
  const scope = createScope(silentLog())
  const seen: string[] = []
  let finish = (_: string) => {}
  const late = scope.use(
    'late',
    () => new Promise<string>((resolve) => (finish = resolve)),
    (value) => void seen.push(value),
  )
  await scope.close()
  finish('late')
  await expect(late).rejects.toThrow('after the scope had been closed')
  expect(seen).toEqual(['late'])
})
