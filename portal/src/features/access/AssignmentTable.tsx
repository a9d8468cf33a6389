import { Button } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Status } from '@/shared/ui/Status'
import { Table, type Column } from '@/shared/ui/Table'
import { useAssignments } from './api/list-assignments'
import { RemoveDialog } from './RemoveDialog'
import { originOf, placeOf, scopeWords } from './scope'

type Assignment = Schemas['Assignment']

/** Who holds which role at a scope, above it and beneath it, each with where it comes from. */
export function AssignmentTable({ scope, mayWrite, find }: { scope: string; mayWrite: boolean; find: string }) {
  const query = useAssignments(scope)
  const [going, setGoing] = useState<Assignment>()
  const columns: Column<Assignment>[] = [
    { title: 'Who', cell: (a) => <>{a.id} <span className="lz-muted">{a.kind}</span></> },
    { title: 'Role', cell: (a) => a.role },
    { title: 'Comes from', cell: (a) => <Origin assignment={a} at={scope} /> },
    { title: 'Until', cell: (a) => <Until at={a.expiresAt} /> },
    { title: 'Given', cell: (a) => <><Time at={a.createdAt} /> <span className="lz-muted">by {a.createdBy}</span></>, wide: true },
    { title: 'Why', cell: (a) => a.comment, wide: true },
    { title: 'Take away', cell: (a) => (mayWrite && originOf(a.scope, scope) !== 'above' ? <Button size="small" onClick={() => setGoing(a)} aria-label={`Take away ${a.role} at ${scopeWords(a.scope)} from ${a.id}`}>Take away</Button> : <span className="lz-muted">{mayWrite ? 'given above' : ''}</span>) },
  ]
  return (
    <>
      <Loaded query={query}>
        {(all) => {
          const found = all.filter((a) => `${a.id} ${a.kind} ${a.role} ${a.comment ?? ''} ${scopeWords(a.scope)}`.toLowerCase().includes(find.toLowerCase()))
          if (all.length === 0) return <EmptyState title="Nobody holds a role here">A role is given to a person, a group or an application at a place, and counts there and in everything beneath.</EmptyState>
          if (found.length === 0) return <EmptyState title={`Nothing has “${find}”`}>Who, role, place and comment are looked through.</EmptyState>
          return <Table label={`Roles at ${scopeWords(scope)}`} columns={columns} items={found} keyOf={(a) => a.scope + a.assignment} />
        }}
      </Loaded>
      {going && <RemoveDialog assignment={going} close={() => setGoing(undefined)} />}
    </>
  )
}

function Origin({ assignment: a, at }: { assignment: Assignment; at: string }) {
  const origin = originOf(a.scope, at)
  const p = placeOf(a.scope)
  const words = scopeWords(a.scope)
  const link = p?.level === 'team' ? <Link to="/access/teams/$team" params={{ team: p.of }}>{words}</Link> : p?.level === 'environment' ? <Link to="/projects/$project/environments/$environment" params={{ project: p.of, environment: p.name }}>{words}</Link> : words
  if (origin === 'here') return <>here <span className="lz-muted">({words})</span></>
  return <span className="lz-inline">{origin === 'above' ? 'inherited from ' : 'only in '}{link}</span>
}

function Until({ at }: { at?: string | undefined }) {
  if (!at) return <>no end</>
  return Date.parse(at) <= Date.now() ? <Status tone="off">ended</Status> : <Time at={at} />
}
