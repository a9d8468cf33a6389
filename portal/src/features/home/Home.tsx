import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { environmentsQuery } from '@/features/environments/api/list-environments'
import { operationsQuery } from '@/features/operations/api/list-operations'
import { OperationTable } from '@/features/operations/OperationTable'
import { ProjectList } from '@/features/projects/ProjectList'
import { useProjects } from '@/features/projects/api/list-projects'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Section } from '@/shared/ui/Page'
import { Time } from '@/shared/time/Time'
import { useNow } from '@/shared/time/useNow'
import { expiringSoon, needsOf } from './needs'

/** How many projects are asked for their operations. */
const mostProjects = 30

/** What needs me, what goes on, and where I work. */
export function Home() {
  const projects = useProjects().data ?? []
  const lists = useQueries({ queries: projects.slice(0, mostProjects).map((p) => operationsQuery(p.name)) })
  const { waiting, running, failed, recent } = needsOf(lists.flatMap((q) => q.data ?? []))
  const places = useQueries({ queries: projects.slice(0, mostProjects).map((p) => environmentsQuery(p.name)) })
  const expiring = expiringSoon(places.flatMap((q) => q.data ?? []), useNow(60_000))
  return (
    <>
      {waiting.length > 0 && <Section title="Waiting for approval"><OperationTable label="Operations that wait for approval" operations={waiting} /></Section>}
      {running.length > 0 && <Section title="Running"><OperationTable label="Operations that run" operations={running} /></Section>}
      {failed.length > 0 && <Section title="Failed"><ul className="lz-stack">{failed.slice(0, 5).map((o) => <FailedCard key={o.id} operation={o} />)}</ul></Section>}
      {expiring.length > 0 && (
        <Section title="Expiring soon">
          <ul className="lz-cards">
            {expiring.map((e) => (
              <li key={`${e.project}/${e.name}`}>
                <Link className="lz-card" to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>
                  <span className="lz-card-head">{e.project}/{e.name}</span><span className="lz-muted">is deleted {e.expiresAt && <Time at={e.expiresAt} />}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Projects"><ProjectList /></Section>
      {projects.length > 0 && (
        <Section title="Recent activity">
          {recent.length > 0 ? <OperationTable label="Recent operations" operations={recent} /> : (
            <EmptyState title="Nothing has happened yet">Open a project and make an environment; what is done to it appears here.</EmptyState>
          )}
        </Section>
      )}
    </>
  )
}

function FailedCard({ operation: o }: { operation: Schemas['Operation'] }) {
  return (
    <li className="lz-card" data-tone="bad">
      <Link className="lz-card-head" to="/operations/$operation" params={{ operation: o.id }}>{o.project}{o.environment && `/${o.environment}`}: {o.error?.cause ?? o.error?.message ?? 'failed'}</Link>
      {o.error?.action && <span className="lz-muted">{o.error.action}</span>}
    </li>
  )
}
