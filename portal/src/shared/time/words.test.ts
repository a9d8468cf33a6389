import { expect, test } from 'vitest'
import { duration, relativeTime } from './words'

const now = new Date('2026-03-01T12:00:00Z')

test.each([
  ['2026-03-01T11:59:30Z', 'just now'], ['2026-03-01T11:57:10Z', '2 minutes ago'], ['2026-03-01T10:00:00Z', '2 hours ago'], ['2026-02-28T11:00:00Z', 'yesterday'],
  ['2026-03-08T12:00:00Z', 'next week'], ['2026-03-01T12:00:20Z', 'in a moment'], ['2024-02-01T12:00:00Z', '2 years ago'],
])('%s is %s', (at, want) => expect(relativeTime(new Date(at), now)).toBe(want))

test.each([[400, '0 s'], [59_400, '59 s'], [61_000, '1 min 1 s'], [3_660_000, '1 h 1 min'], [-5, '0 s']])('%d ms is %s', (ms, want) => expect(duration(ms)).toBe(want))
