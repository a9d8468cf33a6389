const day = 86_400_000
const minute = 60_000

/** The time zones that this browser knows. */
export const zones: readonly string[] = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort()

/** The zone of who looks. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat | null>()

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = maybe(zone)
  formats.set(zone, made)
  return made
}

function maybe(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })
  } catch {
    return null
  }
}

export const isZone = (zone: string) => zone !== '' && formatOf(zone) !== null

/** What the clocks of a zone show at a moment, as if it were UTC. A zone that is none shows UTC. */
export function wallOf(at: number, zone: string): number {
  const parts = Object.fromEntries((formatOf(zone)?.formatToParts(at) ?? []).map((p) => [p.type, Number(p.value)]))
  if (parts.year === undefined) return at
  return Date.UTC(parts.year, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second)
}

const offsetOf = (at: number, zone: string) => wallOf(at, zone) - Math.floor(at / 1000) * 1000

/**
 * The moment at which the clocks of a zone show what wall, in UTC, says. What they show twice counts the first time; what they never
 * show, because they were put forward, is the moment at which they were. The platform reckons in the same way.
 */
export function onTheWall(wall: number, zone: string): number {
  const found = [-day, day].map((around) => offsetOf(wall + around, zone)).filter((offset) => offsetOf(wall - offset, zone) === offset).map((offset) => wall - offset)
  return found.length ? Math.min(...found) : changeBetween(wall - day, wall + day, zone)
}

/** When the clocks of a zone are moved, to the minute. */
function changeBetween(from: number, to: number, zone: string): number {
  const before = offsetOf(from, zone)
  let [low, high] = [Math.floor(from / minute), Math.ceil(to / minute)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetOf(middle * minute, zone) === before) low = middle
    else high = middle
  }
  return high * minute
}
