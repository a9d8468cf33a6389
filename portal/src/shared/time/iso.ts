const minute = 60_000
const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/

/** Milliseconds of an ISO 8601 duration of weeks, days, hours and minutes; undefined for what is none. */
export function durationOf(text: string | undefined): number | undefined {
  const found = text && text.length > 2 ? pattern.exec(text) : null
  if (!found) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = found.slice(1).map((n) => Number(n ?? 0))
  return (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * minute
}

const names = ['week', 'day', 'hour', 'minute']

/** "90 days", "1 day 12 hours"; what is no duration stays as it is. */
export function durationWords(text: string): string {
  const found = pattern.exec(text)
  const words = (found?.slice(1) ?? []).flatMap((n, at) => (n ? [`${n} ${names[at]}${n === '1' ? '' : 's'}`] : []))
  return words.length ? words.join(' ') : text
}

/** A moment as the field of a form for date and time takes it, by the clock of who looks. */
export function localInput(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * minute).toISOString().slice(0, 16)
}
