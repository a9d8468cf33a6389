import { expect, test } from 'vitest'
import { calendarText, changesAfter, minutesOff, problemsOf, saves, type Calendar } from './calendar'
import { onTheWall } from './zone'

const nights: Calendar = { timeZone: 'Europe/Berlin', off: [{ days: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri'], from: '19:00', to: '07:00' }, { days: ['sat', 'sun'], from: '00:00', to: '24:00' }] }

const changes = (calendar: Calendar, now: string, count: number) => changesAfter(calendar, new Date(now), count).map((c) => `${c.power} ${c.at.toISOString().slice(0, 16)}`)

test('nights and weekends: what overlaps counts once', () => {
  expect(minutesOff(nights)).toBe((4 * 12 + 5 + 48 + 7) * 60 + 0)
  expect(calendarText(nights)).toBe('mon tue wed thu fri sun 19:00–07:00, sat sun 00:00–24:00 (Europe/Berlin)')
})

test('the next times are those of the zone, through a weekend', () => {
  expect(changes(nights, '2026-01-08T12:00:00Z', 4)).toEqual(['off 2026-01-08T18:00', 'on 2026-01-09T06:00', 'off 2026-01-09T18:00', 'on 2026-01-12T06:00'])
})

test('clocks that are moved are reckoned with', () => {
  // On 2026-03-29 Berlin's clocks go from 02:00 to 03:00, on 2026-10-25 from 03:00 back to 02:00.
  const early: Calendar = { timeZone: 'Europe/Berlin', off: [{ days: ['sun'], from: '02:30', to: '05:00' }] }
  expect(changes(early, '2026-03-28T12:00:00Z', 2)).toEqual(['off 2026-03-29T01:00', 'on 2026-03-29T03:00'])
  expect(changes(early, '2026-10-24T12:00:00Z', 2)).toEqual(['off 2026-10-25T00:30', 'on 2026-10-25T04:00'])
  expect(new Date(onTheWall(Date.UTC(2026, 0, 1, 12), 'Asia/Kolkata')).toISOString()).toBe('2026-01-01T06:30:00.000Z')
})

test('what it saves is the share of the week of what is only paid while it is on', () => {
  const half: Calendar = { timeZone: 'UTC', off: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '20:00', to: '08:00' }] }
  expect([saves(half, '40.00', '10.00'), saves(half, '40.00', undefined), saves(half, undefined, undefined)]).toEqual([15, 0, undefined])
})

test.each<[string, Calendar, string]>([
  ['no zone', { ...nights, timeZone: 'Berlin' }, 'Choose a time zone of the list, such as Europe/Berlin.'],
  ['no time', { ...nights, off: [] }, 'Say at least one time at which it sleeps.'],
  ['no day', { ...nights, off: [{ days: [], from: '19:00', to: '07:00' }] }, 'choose the days on which it begins.'],
  ['no length', { ...nights, off: [{ days: ['mon'], from: '19:00', to: '19:00' }] }, 'it ends when it begins; a whole day is 00:00 to 24:00.'],
  ['never on', { ...nights, off: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:00', to: '24:00' }] }, 'It leaves no time in which the environment is on.'],
])('%s', (_, calendar, problem) => expect(problemsOf(calendar)).toEqual([problem]))

test('a good calendar has no problem', () => expect(problemsOf(nights)).toEqual([]))
