import { expect, test } from 'vitest'
import { differences } from './differences'

test('only what differs is told, leaf by leaf', () => {
  expect(differences({ a: 1, b: { c: ['x', 'y'] }, same: true }, { a: 2, b: { c: ['x'] }, same: true, d: null })).toEqual([
    { path: 'a', before: '1', after: '2' }, { path: 'b.c[1]', before: 'y', after: undefined }, { path: 'd', before: undefined, after: 'null' },
  ])
})

test('what is new has nothing before, and what went nothing after', () => {
  expect(differences(undefined, { title: 'Shop' })).toEqual([{ path: 'title', before: undefined, after: 'Shop' }])
  expect(differences({ title: 'Shop' }, undefined)).toEqual([{ path: 'title', before: 'Shop', after: undefined }])
  expect(differences(undefined, undefined)).toEqual([])
})
