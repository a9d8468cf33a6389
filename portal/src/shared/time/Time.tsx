import { useNow } from './useNow'
import { exactTime, relativeTime } from './words'

/** A time as people say it; the exact one on hover. A plain title, because a list has a thousand of them. */
export function Time({ at }: { at: string }) {
  const now = useNow(15_000)
  const date = new Date(at)
  return <time dateTime={at} title={exactTime(date)} className="lz-time">{relativeTime(date, now)}</time>
}
