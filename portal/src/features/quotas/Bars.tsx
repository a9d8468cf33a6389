import type { Schemas } from '@/shared/api/client'

interface BarProps {
  title: string
  used: string
  limit?: string | undefined
  left?: string | undefined
  /** From 0 on; 1 is full. */
  part?: number | undefined
}

/** One bound: how much there may be, is, and is left, in words and as a bar. */
function Bar({ title, used, limit, left, part }: BarProps) {
  const words = limit === undefined ? `${used} used, without a bound` : `${used} of ${limit} used, ${left} left`
  return (
    <li className="lz-bar" data-tone={part === undefined ? 'none' : part > 1 ? 'bad' : part >= 0.9 ? 'waiting' : 'good'}>
      <span className="lz-bar-title">{title}</span>
      <span>{words}</span>
      {part !== undefined && <meter min={0} max={1} value={Math.min(part, 1)} aria-label={`${title}: ${words}`} />}
    </li>
  )
}

const first = (s: string) => s.charAt(0).toUpperCase() + s.slice(1)

/** Everything that can be bounded, and the cost of a month. */
export function Bars({ usage: u }: { usage: Schemas['Usage'] }) {
  const cost = Number(u.monthly)
  const budget = u.budget && Number(u.budget.monthly)
  return (
    <ul className="lz-bars">
      {u.bounds.map((b) => <Bar key={b.bound} title={first(b.bound)} used={`${b.used}`} limit={b.limit === undefined ? undefined : `${b.limit}`} left={b.limit === undefined ? undefined : `${Math.max(b.limit - b.used, 0)}`} part={partOf(b.used, b.limit)} />)}
      <Bar title="Cost of a month" used={`${u.monthly} ${u.currency}`} limit={u.budget && `${u.budget.monthly} ${u.currency}`} left={budget === undefined ? undefined : `${Math.max(budget - cost, 0).toFixed(2)} ${u.currency}`} part={partOf(cost, budget)} />
    </ul>
  )
}

/** Of a bound of nothing, nothing is all right and anything too much. */
function partOf(used: number, limit: number | undefined): number | undefined {
  if (limit === undefined) return undefined
  return limit === 0 ? (used > 0 ? 2 : 0) : used / limit
}
