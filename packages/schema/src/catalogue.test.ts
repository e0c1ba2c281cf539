import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'

describe('every definition', () => {
  it('exists once: no subject, bucket or stream has two definitions', () => {
    const names = [
      ...catalogue.requests.map((definition) => definition.subject),
      ...catalogue.events.map((definition) => definition.subject),
      ...catalogue.buckets.map((definition) => definition.name),
      ...catalogue.streams.map((definition) => definition.name),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(catalogue.requests.length).toBeGreaterThan(30)
  })

  it.each(catalogue.requests.map((definition) => [definition.subject, definition] as const))(
    '%s has an example that its schemas accept',
    (_subject, definition) => {
      expect([...Compile(definition.input).Errors(definition.example.input)]).toEqual([])
      expect([...Compile(definition.output).Errors(definition.example.output)]).toEqual([])
    },
  )

  it.each(catalogue.events.map((definition) => [definition.subject, definition] as const))(
    '%s has an example that its schema accepts',
    (_subject, definition) => {
      expect([...Compile(definition.payload).Errors(definition.example)]).toEqual([])
    },
  )

  it.each(catalogue.buckets.map((definition) => [definition.name, definition] as const))(
    '%s has an example that its schema accepts',
    (_name, definition) => {
      expect([...Compile(definition.value).Errors(definition.example.value)]).toEqual([])
    },
  )

  it('with a REST binding names every path parameter and its body among the input’s fields', () => {
    for (const { input, rest, subject } of catalogue.requests) {
      if (!rest) continue
      const fields = Object.keys((input as { properties?: object }).properties ?? {})
      const named = [...rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      if (rest.body) named.push(rest.body)
      for (const name of named) expect(fields, `${subject} needs ${name}`).toContain(name)
    }
  })

  it('has a REST address of its own', () => {
    const addresses = catalogue.requests.flatMap(({ rest }) => (rest ? [`${rest.method} ${rest.path}`] : []))
    expect(new Set(addresses).size).toBe(addresses.length)
  })
})
