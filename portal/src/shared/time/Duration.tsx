import { useNow } from './useNow'
import { duration } from './words'

/** How long something took, or has been taking until now. */
export function Duration({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  if (!from) return null
  return to ? <>{duration(Date.parse(to) - Date.parse(from))}</> : <Ticking from={from} />
}

function Ticking({ from }: { from: string }) {
  return <>{duration(useNow(1000).getTime() - Date.parse(from))}</>
}
