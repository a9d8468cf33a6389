import type { Calendar, OffTime } from './calendar'
import { ownZone } from './zone'

export type Source = 'people' | 'type' | 'own'

export interface Edited {
  source: Source
  calendar: Calendar
}

export type Edit =
  | { do: 'source'; source: Source }
  | { do: 'zone'; timeZone: string }
  | { do: 'time'; at: number; part: Partial<OffTime> }
  | { do: 'add' }
  | { do: 'remove'; at: number }

const nights: OffTime = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '19:00', to: '07:00' }
const weekend: OffTime = { days: ['sat', 'sun'], from: '00:00', to: '24:00' }

/** What one begins with: nights, by the clock on one's own wall. */
export const emptyCalendar = (): Calendar => ({ timeZone: ownZone, off: [nights] })

/** A calendar as it is being written. */
export function edited(state: Edited, edit: Edit): Edited {
  const off = state.calendar.off
  const become = (calendar: Partial<Calendar>): Edited => ({ ...state, calendar: { ...state.calendar, ...calendar } })
  switch (edit.do) {
    case 'source': return { ...state, source: edit.source }
    case 'zone': return become({ timeZone: edit.timeZone })
    case 'time': return become({ off: off.map((time, n) => (n === edit.at ? { ...time, ...edit.part } : time)) })
    case 'add': return become({ off: [...off, weekend] })
    case 'remove': return become({ off: off.filter((_, n) => n !== edit.at) })
  }
}
