import { expect, test } from 'vitest'
import { textIn } from './address'

test('a text of an address is what was typed, or nothing', () => {
  expect([textIn('a'), textIn(7), textIn(''), textIn(true), textIn({ a: 1 }), textIn(undefined)]).toEqual(['a', '7', undefined, undefined, undefined, undefined])
})
