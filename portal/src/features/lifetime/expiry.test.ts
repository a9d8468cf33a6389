import { expect, test } from 'vitest'
import { choicesOf, latestOf } from './expiry'

const now = new Date('2026-03-01T12:00:00Z')
const words = (expiresAt: string, max?: string) => choicesOf(expiresAt, max, now).map((c) => `${c.value} ${c.until.toISOString().slice(0, 16)}${c.over ? ' over' : ''}`)

test('what is over the limit of its type cannot be chosen', () => {
  expect(words('2026-03-03T12:00:00Z', 'P10D')).toEqual(['P1D 2026-03-04T12:00', 'P7D 2026-03-10T12:00', 'P14D 2026-03-17T12:00 over', 'P30D 2026-04-02T12:00 over', 'latest 2026-03-11T11:59'])
})

test('what has expired is extended from now on', () => expect(words('2026-02-01T00:00:00Z', 'P90D')[1]).toBe('P7D 2026-03-08T12:00'))

test('without a limit everything can be chosen', () => {
  expect(words('2026-03-03T12:00:00Z').filter((w) => w.endsWith('over') || w.startsWith('latest'))).toEqual([])
  expect(latestOf(undefined, now)).toBeUndefined()
})
