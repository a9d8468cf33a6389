import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Status } from '@/shared/ui/Status'
import { useRoles } from './api/list-roles'

/** The roles with what they allow, as one table: an action a row, a role a column. */
export function RoleList() {
  const query = useRoles()
  return (
    <Loaded query={query} rows={8}>
      {(roles) => {
        const actions = [...new Set(roles.flatMap((r) => r.actions))].sort()
        if (roles.length === 0) return <EmptyState title="There are no roles">A role is a set of actions.</EmptyState>
        return (
          <>
            <ul className="lz-cards">{roles.map((r) => <li key={r.name} className="lz-card"><span className="lz-card-head">{r.name}<span className="lz-muted">{r.builtIn ? 'built in' : 'of this installation'}</span></span><span className="lz-muted">{r.title}{r.assignable ? '' : ' · cannot be given'}</span><span className="lz-muted">{r.actions.length} of {actions.length} actions</span></li>)}</ul>
            <div className="lz-table-wrap" role="region" aria-label="What each role allows" tabIndex={0}>
              <table className="lz-table lz-roles">
                <thead><tr><th scope="col">Action</th>{roles.map((r) => <th key={r.name} scope="col">{r.name}</th>)}</tr></thead>
                <tbody>{actions.map((a) => <tr key={a}><th scope="row"><code>{a}</code></th>{roles.map((r) => <td key={r.name}>{r.actions.includes(a) ? <Status tone="good">yes</Status> : <span className="lz-muted">no</span>}</td>)}</tr>)}</tbody>
              </table>
            </div>
          </>
        )
      }}
    </Loaded>
  )
}
