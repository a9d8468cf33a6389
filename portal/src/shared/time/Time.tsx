import { Tooltip } from '@fluentui/react-components'
import { useNow } from './useNow'
import { exactTime, relativeTime } from './words'

/** A time as people say it; the exact one on hover and focus. */
export function Time({ at }: { at: string }) {
  const now = useNow(15_000)
  const date = new Date(at)
  return (
    <Tooltip content={exactTime(date)} relationship="description">
      <time dateTime={at} className="lz-time">{relativeTime(date, now)}</time>
    </Tooltip>
  )
}
