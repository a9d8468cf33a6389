import type { Schemas } from '@/shared/api/client'
import { isZone, onTheWall, wallOf } from './zone'

export type Calendar = Schemas['Calendar']
export type OffTime = Schemas['OffTime']
export type Day = OffTime['days'][number]

export const days: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
export const dayNames: Record<Day, string> = { mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday', fri: 'Friday', sat: 'Saturday', sun: 'Sunday' }

const minute = 60_000
const dayMinutes = 24 * 60
const weekMinutes = 7 * dayMinutes
/** How many days are looked ahead: a week, and what clocks can be moved by. */
const horizon = 9

/** Minutes of the clock text "19:00"; NaN for what is none. */
export function clock(text: string): number {
  const found = /^(\d\d):(\d\d)$/.exec(text)
  return found ? Number(found[1]) * 60 + Number(found[2]) : NaN
}

/** For how many minutes the wall clock says that it is off. What ends not after it begins ends on the next day. */
function length({ from, to }: OffTime): number {
  const minutes = clock(to) - clock(from)
  return minutes > 0 ? minutes : minutes + dayMinutes
}

/** The minutes of a week in which it is off, where no clock is moved. */
export function minutesOff(calendar: Calendar): number {
  const off = new Set<number>()
  for (const time of calendar.off) {
    for (const day of time.days) {
      const begin = days.indexOf(day) * dayMinutes + clock(time.from)
      for (let m = 0; m < length(time); m++) off.add((begin + m) % weekMinutes)
    }
  }
  return off.size
}

/** What it saves in a month; undefined where the price is not known. */
export function saves(calendar: Calendar, monthly: string | undefined, monthlyOff: string | undefined): number | undefined {
  if (monthly === undefined) return undefined
  return ((Number(monthly) - Number(monthlyOff ?? monthly)) * minutesOff(calendar)) / weekMinutes
}

/** What is wrong with a calendar, in sentences; the platform asks for the same. */
export function problemsOf(calendar: Calendar): string[] {
  const wrong: string[] = []
  if (!isZone(calendar.timeZone)) wrong.push('Choose a time zone of the list, such as Europe/Berlin.')
  if (calendar.off.length === 0) wrong.push('Say at least one time at which it sleeps.')
  calendar.off.forEach((time, n) => {
    const which = calendar.off.length > 1 ? `Time ${n + 1}: ` : ''
    if (time.days.length === 0) wrong.push(`${which}choose the days on which it begins.`)
    if (Number.isNaN(clock(time.from)) || Number.isNaN(clock(time.to))) wrong.push(`${which}say from when until when.`)
    else if (time.from === time.to) wrong.push(`${which}it ends when it begins; a whole day is 00:00 to 24:00.`)
  })
  if (wrong.length === 0 && minutesOff(calendar) === weekMinutes) wrong.push('It leaves no time in which the environment is on.')
  return wrong
}

export interface Change {
  at: Date
  power: 'on' | 'off'
}

/** What the calendar says next: up to so many changes after a moment. */
export function changesAfter(calendar: Calendar, now: Date, count: number): Change[] {
  const spans = spansAround(calendar, now.getTime())
  const power = (at: number) => (spans.some((s) => s.from <= at && at < s.to) ? 'off' : 'on')
  const moments = [...new Set(spans.flatMap((s) => [s.from, s.to]))].filter((at) => at > now.getTime()).sort((a, b) => a - b)
  const last = now.getTime() + (horizon - 1) * dayMinutes * minute
  let before = power(now.getTime())
  const changes: Change[] = []
  for (const at of moments) {
    if (changes.length === count || at > last) break
    const after = power(at)
    if (after !== before) changes.push({ at: new Date(at), power: after })
    before = after
  }
  return changes
}

function spansAround(calendar: Calendar, now: number): { from: number; to: number }[] {
  const today = Math.floor(wallOf(now, calendar.timeZone) / (dayMinutes * minute)) * dayMinutes * minute
  return Array.from({ length: horizon + 3 }, (_, n) => today + (n - 2) * dayMinutes * minute).flatMap((date) =>
    calendar.off.filter((time) => time.days.includes(dayOf(date))).map((time) => {
      const from = date + clock(time.from) * minute
      return { from: onTheWall(from, calendar.timeZone), to: onTheWall(from + length(time) * minute, calendar.timeZone) }
    }))
}

const dayOf = (date: number): Day => days[(new Date(date).getUTCDay() + 6) % 7] as Day

/** "mon–fri 19:00–07:00, sat sun 00:00–24:00 (Europe/Berlin)". */
export function calendarText({ off, timeZone }: Calendar): string {
  return `${off.map((time) => `${daysText(time.days)} ${time.from}–${time.to}`).join(', ')} (${timeZone})`
}

function daysText(chosen: readonly Day[]): string {
  const week = days.flatMap((d, n) => (chosen.includes(d) ? [n] : []))
  const [first = 0, last = 0] = [week[0], week.at(-1)]
  return week.length > 2 && last - first === week.length - 1 ? `${days[first]}–${days[last]}` : week.map((n) => days[n]).join(' ')
}
