import { durationOf } from '@/shared/time/iso'

/** The clocks of who looks and of the platform may differ by so much. */
const slack = 60_000

export interface Choice {
  value: string
  title: string
  until: Date
  /** What is asked for; without it the moment itself. */
  by?: string
  over: boolean
}

/** The latest moment until which one may extend now; undefined without a limit. */
export function latestOf(max: string | undefined, now: Date): Date | undefined {
  const length = durationOf(max)
  return length === undefined ? undefined : new Date(now.getTime() + length - slack)
}

const steps: [string, string][] = [['P1D', 'By a day'], ['P7D', 'By a week'], ['P14D', 'By two weeks'], ['P30D', 'By 30 days']]

/** What one can extend to: from when it would expire, or from now if that is past. */
export function choicesOf(expiresAt: string, max: string | undefined, now: Date): Choice[] {
  const latest = latestOf(max, now)
  const from = Math.max(Date.parse(expiresAt), now.getTime())
  const choices = steps.map(([by, title]): Choice => {
    const until = new Date(from + (durationOf(by) ?? 0))
    return { value: by, by, title, until, over: !!latest && until > latest }
  })
  return latest && latest.getTime() > from ? [...choices, { value: 'latest', title: 'As far as it may be', until: latest, over: false }] : choices
}
