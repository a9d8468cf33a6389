import { expect, test } from 'vitest'
import { durationOf, durationWords, localInput } from './iso'

test.each([['P2W', 1_209_600_000, '2 weeks'], ['P1DT12H', 129_600_000, '1 day 12 hours'], ['PT90M', 5_400_000, '90 minutes'], ['P', undefined, 'P'], ['P1Y', undefined, 'P1Y'], ['', undefined, '']])('%s', (text, ms, words) => {
  expect([durationOf(text), durationWords(text)]).toEqual([ms, words])
})

test('a local time is read back as the moment it was', () => {
  const at = new Date('2026-03-29T01:30:00Z')
  expect(new Date(localInput(at))).toEqual(at)
})
