import { Badge, MessageBar, MessageBarBody } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'

type Change = Schemas['PlanChange']

const words: Record<Change['action'], { sign: string; word: string }> = {
  add: { sign: '+', word: 'added' }, change: { sign: '~', word: 'changed' }, replace: { sign: '±', word: 'replaced' }, remove: { sign: '−', word: 'destroyed' },
}

export const countsSentence = (c: Schemas['PlanCounts']) => `${c.add} to add, ${c.change} to change, ${c.remove} to remove`

/** A plan, resource by resource, with each property before and after. */
export function PlanView({ plan }: { plan: Schemas['Plan'] }) {
  if (plan.changes.length === 0) return <EmptyState title="Nothing differs">What is there is what was asked for; nothing would be done.</EmptyState>
  return (
    <div className="lz-plan">
      <p>{countsSentence(plan.counts)}. <span className="lz-muted">digest <code>{plan.digest.slice(0, 12)}</code></span></p>
      {plan.unlisted && <MessageBar intent="warning"><MessageBarBody>That is not all: there is too much to list. Not shown are {countsSentence(plan.unlisted)}.</MessageBarBody></MessageBar>}
      {plan.changes.map((change) => <ChangeView key={change.address} change={change} />)}
    </div>
  )
}

function ChangeView({ change }: { change: Change }) {
  const { sign, word } = words[change.action]
  const properties = change.properties ?? []
  return (
    <details className="lz-change" data-action={change.action} open={change.action === 'replace' || change.action === 'remove'}>
      <summary><span aria-hidden="true" className="lz-sign">{sign}</span><code>{change.address}</code><span className="lz-muted">{word}{properties.length > 0 && `, ${properties.length + (change.moreProperties ?? 0)} properties`}</span></summary>
      {properties.length > 0 ? (
        <div className="lz-table-wrap" role="region" aria-label={`Properties of ${change.address}`} tabIndex={0}>
          <table className="lz-table">
            <thead><tr><th scope="col">Property</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
            <tbody>{properties.map((p) => <PropertyRow key={p.path} property={p} />)}</tbody>
          </table>
        </div>
      ) : <p className="lz-muted">{change.action === 'remove' ? 'It will be gone with everything in it.' : 'No property is told.'}</p>}
      {change.moreProperties && <p className="lz-muted">and {change.moreProperties} more</p>}
    </details>
  )
}

function PropertyRow({ property: p }: { property: Schemas['PropertyChange'] }) {
  const after = p.sensitive ? <em>sensitive, not shown</em> : p.unknown ? <em>known when it is applied</em> : p.after !== undefined ? <code>{p.after}</code> : <em>nothing</em>
  return (
    <tr>
      <td><code>{p.path}</code> {p.replaces && <Badge appearance="tint" color="danger">replaces</Badge>}</td>
      <td>{p.before !== undefined ? <code>{p.before}</code> : p.sensitive ? <em>sensitive</em> : <em>nothing</em>}</td>
      <td>{after}</td>
    </tr>
  )
}
