import type { Schemas } from '@/shared/api/client'
import { Status } from '@/shared/ui/Status'
import { countsSentence } from './PlanView'
import { changeOf } from './price'

const signs = { add: '+', change: '~', remove: '−', keep: ' ' } as const

/** What a deployment would do, cost and need. */
export function PreviewView({ preview: p }: { preview: Schemas['Preview'] }) {
  const refused = p.policies.filter((v) => !v.passed)
  const { after } = p.price
  return (
    <div className="lz-card">
      <p>{countsSentence(p.counts)}</p>
      <ul className="lz-preview">
        {p.changes.map((c) => (
          <li key={c.alias}>
            <span aria-hidden="true" className="lz-sign">{signs[c.action]}</span> {c.alias} <span className="lz-muted">{c.type}{c.class && ` ${c.class}`} · {c.definition}{c.action === 'keep' && ' · stays as it is'}</span>
            {c.differences && c.differences.length > 0 && <span className="lz-muted"> · {c.differences.map((d) => <code key={d}>{d} </code>)}</span>}
          </li>
        ))}
      </ul>
      <p><strong>{after.monthly} {after.currency}</strong> a month{after.complete ? '' : ', as far as it is known'}{p.environmentExists && <span className="lz-muted"> ({changeOf(p.price)})</span>}</p>
      {after.unknown.map((u) => <p key={u.alias + (u.meter ?? '')} className="lz-muted">{u.alias}: {u.reason}</p>)}
      {refused.length === 0 ? <Status tone="good">Policies passed</Status> : refused.map((v) => <p key={v.policy}><Status tone="bad">{v.policy}</Status> {v.message}</p>)}
      {p.budgets.filter((b) => !b.within).map((b) => <p key={b.scope}><Status tone={b.over === 'refuse' ? 'bad' : 'waiting'}>{`Over the budget of ${b.scope}`}</Status> {b.monthly} of {b.budget}</p>)}
      {p.quotas?.filter((q) => !q.within).map((q) => <p key={q.scope + q.bound}><Status tone="bad">{`Quota of ${q.scope}`}</Status> {q.would} of {q.limit} {q.bound}</p>)}
      {p.approval ? <p><Status tone="waiting">Needs approval</Status> {p.approval.count} × {p.approval.role}: {p.approval.reasons.join('; ')}</p> : <Status tone="good">No approval needed</Status>}
    </div>
  )
}
