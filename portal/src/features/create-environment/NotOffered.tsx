import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'

/** The templates that may not be used in environments of a type, and why. */
export function NotOffered({ offers, type }: { offers: Schemas['Offer'][] | undefined; type: string }) {
  const kept = (offers ?? []).flatMap((o) => o.withheld.filter((w) => w.environmentType === type).map((w) => ({ name: o.name, ...w })))
  if (kept.length === 0) return null
  const reasons = [...new Set(kept.map((w) => w.reason))]
  return (
    <details>
      <summary className="lz-muted">{kept.length === 1 ? '1 template is' : `${kept.length} templates are`} not for you here</summary>
      <ul className="lz-reasons">
        {reasons.map((reason) => {
          const of = kept.filter((w) => w.reason === reason)
          return <li key={reason} className="lz-muted">{of.map((w, n) => <span key={w.name}>{n > 0 && ', '}<Link to="/catalog/templates/$template" params={{ template: w.name }}>{w.name}</Link></span>)}: {reason} {of[0]?.nextStep}</li>
        })}
      </ul>
    </details>
  )
}
