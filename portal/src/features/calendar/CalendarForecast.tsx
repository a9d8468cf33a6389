import { useMemo } from 'react'
import type { Schemas } from '@/shared/api/client'
import { useNow } from '@/shared/time/useNow'
import { Time } from '@/shared/time/Time'
import { changesAfter, minutesOff, saves, type Calendar } from './calendar'
import { isZone, ownZone } from './zone'

type Priced = Pick<Schemas['Environment'], 'monthly' | 'monthlyOff'>

/** What a calendar does next, and what it saves. */
export function CalendarForecast({ calendar, environment: e }: { calendar: Calendar; environment: Priced }) {
  const now = useNow(60_000)
  const changes = useMemo(() => changesAfter(calendar, now, 4), [calendar, now])
  const saved = saves(calendar, e.monthly, e.monthlyOff)
  const hours = Math.round(minutesOff(calendar) / 60)
  return (
    <div className="lz-card">
      <p>{saved === undefined ? 'What it costs is not known, so nor is what this saves.' : <><strong>Saves about {saved.toFixed(2)}</strong> of {e.monthly} a month: it sleeps {hours} of 168 hours a week.</>}</p>
      {saved === 0 && <p className="lz-muted">Nothing in it costs less while it is off, as far as the price rules know.</p>}
      <ul aria-label="Next times">
        {changes.map((c) => <li key={c.at.getTime()}>{c.power === 'off' ? 'Hibernates' : 'Wakes'} <strong>{inZone(c.at, calendar.timeZone)}</strong> <span className="lz-muted"><Time at={c.at.toISOString()} />{calendar.timeZone !== ownZone && `, ${inZone(c.at, ownZone)} here`}</span></li>)}
      </ul>
    </div>
  )
}

/** "Mon 5 Jan 19:00" by the clocks of a zone. */
function inZone(at: Date, zone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: isZone(zone) ? zone : 'UTC', weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  return format.format(at).replaceAll(',', '')
}
