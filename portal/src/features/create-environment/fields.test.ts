import { expect, test } from 'vitest'
import { fieldsOf, valueOf } from './fields'

const schema = { required: ['title'], properties: { size: { enum: ['small', 'medium'], default: 'small' }, title: { type: 'string', title: 'Title' }, count: { type: 'integer' }, on: { type: 'boolean' }, tags: { type: 'array' } } }

test('required parameters come first, each with what it is typed in', () => {
  expect(fieldsOf(schema).map((f) => [f.name, f.kind, f.required, f.initial])).toEqual([
    ['title', 'text', true, undefined], ['size', 'choice', false, 'small'], ['count', 'number', false, undefined], ['on', 'boolean', false, undefined], ['tags', 'json', false, undefined],
  ])
})

test('what is typed becomes what the API takes', () => {
  const [title, , count, , tags] = fieldsOf(schema)
  expect([title && valueOf(title, '7'), title && valueOf(title, ''), count && valueOf(count, '7'), tags && valueOf(tags, '["a"]'), tags && valueOf(tags, '[')]).toEqual(['7', undefined, 7, ['a'], '['])
})
