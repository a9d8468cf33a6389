import { Button } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { driftActions } from './words'

type Resource = Schemas['DriftedResource']

interface DriftedResourcesProps {
  label: string
  resources: Resource[]
  /** Asks to ignore one; without it that is not offered. */
  ignore?: (resource: Resource) => void
}

/** What differs, by resource and property: as it was expected, and as it was found. */
export function DriftedResources({ label, resources, ignore }: DriftedResourcesProps) {
  return (
    <ul className="lz-plan" aria-label={label}>
      {resources.map((r) => (
        <li key={r.address} className="lz-change" data-action={r.action}>
          <div className="lz-row">
            <span aria-hidden="true" className="lz-sign">{driftActions[r.action].sign}</span>
            <code className="lz-address">{r.address}</code>
            <span className="lz-muted">{[driftActions[r.action].word, r.alias && `part of ${r.alias}`, r.outside ? 'changed outside' : 'nobody changed it outside', r.planned && 'a deployment would change it'].filter(Boolean).join(' · ')}</span>
            {ignore && <Button size="small" className="lz-push" onClick={() => ignore(r)} aria-label={`Ignore ${r.address}`}>Ignore…</Button>}
          </div>
          {r.properties.length > 0 && <Properties resource={r} />}
          {r.moreProperties && <p className="lz-muted">and {r.moreProperties} more</p>}
        </li>
      ))}
    </ul>
  )
}

function Properties({ resource: r }: { resource: Resource }) {
  return (
    <div className="lz-table-wrap" role="region" aria-label={`Properties of ${r.address}`} tabIndex={0}>
      <table className="lz-table lz-wrapping">
        <thead><tr><th scope="col">Property</th><th scope="col">Expected</th><th scope="col">Found</th></tr></thead>
        <tbody>{r.properties.map((p) => <tr key={p.path}><td><code>{p.path}</code></td><td><Shown text={p.expected} property={p} /></td><td>{p.unknown ? <em>known when it is applied</em> : <Shown text={p.found} property={p} />}</td></tr>)}</tbody>
      </table>
    </div>
  )
}

function Shown({ text, property }: { text: string | undefined; property: Schemas['DriftedProperty'] }) {
  if (property.sensitive) return <em>sensitive, not shown</em>
  return text === undefined ? <em>nothing</em> : <code>{text}</code>
}
