import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { differences, type Difference } from '@/shared/differences'
import { Time } from '@/shared/time/Time'
import { Facts } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'
import { Table, type Column } from '@/shared/ui/Table'
import { valueText } from '@/shared/value'

const columns: Column<Difference>[] = [
  { title: 'Property', cell: (d) => <code>{d.path || '(all)'}</code> },
  { title: 'Before', cell: (d) => (d.before === undefined ? <span className="lz-muted">nothing</span> : <del>{valueText(d.before)}</del>) },
  { title: 'After', cell: (d) => (d.after === undefined ? <span className="lz-muted">nothing</span> : <ins>{valueText(d.after)}</ins>) },
]

/** One line of the log; opened, everything that is known of it, with what changed. */
export function AuditEntry({ event: e, open, toggle }: { event: Schemas['AuditEvent']; open: boolean; toggle: (open: boolean) => void }) {
  return (
    <details className="lz-audit-entry" open={open} onToggle={(t) => t.currentTarget.open !== open && toggle(t.currentTarget.open)}>
      <summary>
        <Status tone={e.outcome === 'accepted' ? 'good' : 'bad'}>{e.outcome}</Status>
        <strong>{e.action}</strong>
        <span>{e.actor}</span>
        <code>{e.target}</code>
        <span className="lz-muted"><Time at={e.at} /></span>
      </summary>
      {open && <Opened event={e} />}
    </details>
  )
}

function Opened({ event: e }: { event: Schemas['AuditEvent'] }) {
  const changed = differences(e.before, e.after)
  return (
    <>
      <Facts rows={[
        ['At', e.at], ['Who', `${e.actor} (${e.actorKind})`], ['On behalf of', e.onBehalfOf], ['With', e.client], ['From', e.from], ['Detail', e.detail], ['Refused with', e.code],
        ['Operation', e.operation && <Link to="/operations/$operation" params={{ operation: e.operation }}>{e.operation}</Link>], ['Run', e.run], ['Request', e.requestId],
      ]} />
      {changed.length > 0 ? <div className="lz-audit"><Table label={`What ${e.action} changed`} columns={columns} items={changed} keyOf={(d) => d.path} /></div> : <p className="lz-muted">No state before and after is told of it.</p>}
    </>
  )
}
