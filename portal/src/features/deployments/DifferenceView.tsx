import type { Difference } from '@/shared/differences'
import { EmptyState } from '@/shared/ui/EmptyState'
import { valueText } from '@/shared/value'
import type { DeploymentDifference } from './differences'

const signs = { add: { sign: '+', word: 'added' }, change: { sign: '~', word: 'changed' }, remove: { sign: '−', word: 'removed' } } as const

/** In what two deployments differ, resource by resource. */
export function DifferenceView({ difference: { facts, parts }, before, after }: { difference: DeploymentDifference; before: string; after: string }) {
  if (facts.length + parts.length === 0) return <EmptyState title="They are the same">Manifest, definitions, template and values are those of the other.</EmptyState>
  return (
    <div className="lz-plan">
      {facts.length > 0 && <Properties label="The deployment" properties={facts} before={before} after={after} />}
      {parts.map(({ kind, name, action, properties }) => (
        <details key={kind + name} className="lz-change" data-action={action} open>
          <summary><span aria-hidden="true" className="lz-sign">{signs[action].sign}</span><code>{name}</code><span className="lz-muted">{kind} {signs[action].word}</span></summary>
          <Properties label={name} properties={properties} before={before} after={after} />
        </details>
      ))}
    </div>
  )
}

function Properties({ label, properties, before, after }: { label: string; properties: Difference[]; before: string; after: string }) {
  return (
    <div className="lz-table-wrap" role="region" aria-label={`Differences of ${label}`} tabIndex={0}>
      <table className="lz-table lz-wrapping">
        <thead><tr><th scope="col">Property</th><th scope="col">{before}</th><th scope="col">{after}</th></tr></thead>
        <tbody>{properties.map((d) => <tr key={d.path}><td><code>{d.path}</code></td><td><Value value={d.before} /></td><td><Value value={d.after} /></td></tr>)}</tbody>
      </table>
    </div>
  )
}

const Value = ({ value }: { value: unknown }) => (value === undefined ? <em>nothing</em> : <code>{valueText(value)}</code>)
