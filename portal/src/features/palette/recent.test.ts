import { expect, test } from 'vitest'
import { placeOf, recentPlaces, visited } from './recent'

test('places are remembered by person, the last one first, each once', () => {
  for (const href of ['/projects/payments', '/projects/payments/environments/dev', '/', '/projects', '/projects/payments']) visited('a', href)
  expect(recentPlaces('a').map((p) => `${p.kind} ${p.title}`)).toEqual(['Project payments', 'Environment payments/dev'])
  expect(recentPlaces('b')).toEqual([])
  for (let n = 0; n < 20; n++) visited('a', `/operations/${n}`)
  expect(recentPlaces('a')).toHaveLength(8)
})

test('what is no place, or was spoilt, is left out', () => {
  expect(placeOf('/projects/a/new-environment')).toBeUndefined()
  for (const kept of ['{', '7', '["javascript:alert(1)", 3, "/operations/x"]']) {
    localStorage.setItem('lazuli.recent.a', kept)
    expect(recentPlaces('a').every((p) => p.href === '/operations/x')).toBe(true)
  }
})
