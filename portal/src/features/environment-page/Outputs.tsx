import { Badge } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { CopyButton } from '@/shared/ui/CopyButton'
import { EmptyState } from '@/shared/ui/EmptyState'
import { valueText } from '@/shared/value'

/** What the resources of an environment tell: addresses as links, secrets by how they are read. */
export function Outputs({ environment: e }: { environment: Schemas['Environment'] }) {
  const resources = Object.entries(e.outputs)
  if (resources.length === 0) return <EmptyState title="No outputs yet">Addresses, names and secrets of the resources appear here when a deployment has made them.</EmptyState>
  return (
    <div className="lz-table-wrap" role="region" aria-label="Outputs" tabIndex={0}>
      <table className="lz-table">
        <thead><tr><th scope="col">Output</th><th scope="col">Value</th></tr></thead>
        <tbody>
          {resources.flatMap(([alias, outputs]) => Object.entries(outputs).map(([name, value]) => (
            <tr key={`${alias}.${name}`}><td><code>{alias}.{name}</code></td><td><Value value={value} command={`lazuli env secret ${e.project}/${e.name} ${alias}.${name}`} /></td></tr>
          )))}
        </tbody>
      </table>
    </div>
  )
}

function Value({ value, command }: { value: unknown; command: string }) {
  if (typeof value === 'object' && value !== null && 'secret' in value) {
    return <span className="lz-output"><Badge appearance="tint">secret</Badge><code>{command}</code><CopyButton what="the command" text={command} /></span>
  }
  const text = valueText(value)
  return <span className="lz-output">{/^https?:\/\//.test(text) ? <a href={text} target="_blank" rel="noreferrer">{text}</a> : <code>{text}</code>}<CopyButton what="the value" text={text} /></span>
}
