import { Link } from '@tanstack/react-router'
import { operationTitle, retryWords, whoFixes } from '@/features/operations/words'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'

/** What failed, why in plain words, and who can do what about it. */
export function Failures({ operations }: { operations: Schemas['Operation'][] }) {
  return (
    <ul className="lz-cards lz-cards-wide">
      {operations.map((o) => (
        <li key={o.id} className="lz-card" data-tone="bad">
          <Link className="lz-card-head" to="/operations/$operation" params={{ operation: o.id }}>{o.project}{o.environment && `/${o.environment}`}: {o.error?.cause ?? o.error?.message ?? 'failed'}</Link>
          {o.error?.action && <span>{o.error.action}</span>}
          <span className="lz-muted">
            {operationTitle(o)} by {o.requestedBy}, <Time at={o.lastUpdatedAt} />
            {o.error?.whoFixes && <> · mended by: {whoFixes[o.error.whoFixes]}</>}
            {o.error?.retry && <> · {retryWords[o.error.retry]}</>}
          </span>
        </li>
      ))}
    </ul>
  )
}
