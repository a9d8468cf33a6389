import type { Schemas } from '@/shared/api/client'
import { isUsable, reasonsOf } from './offers'

/** Where something may not be used, why, and what to do about it. Open when it may be used nowhere. */
export function Withheld({ offer }: { offer: Schemas['Offer'] }) {
  const reasons = reasonsOf(offer)
  if (reasons.length === 0) return null
  const told = reasons.map((r) => (
    <li key={r.types.join()} className="lz-muted">
      <strong>Not in {r.types.join(', ')}.</strong> {r.reason} {r.nextStep}
    </li>
  ))
  if (!isUsable(offer)) return <ul className="lz-reasons">{told}</ul>
  return <details><summary className="lz-muted">Not in {offer.withheld.map((w) => w.environmentType).join(', ')}</summary><ul className="lz-reasons">{told}</ul></details>
}
