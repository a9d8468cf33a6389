import { expect, test } from 'vitest'
import type { Schemas } from '@/shared/api/client'
import { changedMeanwhile, editText, validKey, valueOf } from './edit'

const value = (part: Partial<Schemas['Value']>): Schemas['Value'] => ({ key: 'A', type: 'string', secret: false, origin: 'environment', updatedAt: '2026-03-01T10:00:00Z', updatedBy: 'x', ...part })
const values = (...list: Schemas['Value'][]): Schemas['Values'] => ({ project: 'p', version: 1, etag: '"1"', value: list })

test('a key has changed when it holds something else, whoever set it', () => {
  expect(changedMeanwhile('A', values(value({ value: 1 })), values(value({ value: 1, updatedBy: 'y' })))).toBe(false)
  expect(changedMeanwhile('A', values(value({ value: 1 })), values(value({ value: 2 })))).toBe(true)
  expect(changedMeanwhile('A', values(value({ secret: true, reference: 'v1' })), values(value({ secret: true, reference: 'v2' })))).toBe(true)
  expect(changedMeanwhile('A', values(), values(value({ value: 1 })))).toBe(true)
  expect(changedMeanwhile('A', values(value({ value: 1 })), values(value({ value: 1 }), value({ key: 'B' })))).toBe(false)
})

test.each([['7', 'string', '7'], ['7', 'number', 7], ['true', undefined, true], ['{"a":1}', undefined, { a: 1 }], ['plain', undefined, 'plain'], ['', undefined, '']] as const)('%s of type %s', (text, type, want) => expect(valueOf(text, type)).toEqual(want))

test('a secret is never put into a field', () => expect(editText(value({ secret: true, value: 'leak' }))).toBe(''))

test('keys are words', () => expect(['A', '_a1', '1a', 'a-b', ''].map((k) => validKey.test(k))).toEqual([true, true, false, false, false]))
