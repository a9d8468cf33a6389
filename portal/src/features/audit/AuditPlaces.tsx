import { Link } from '@tanstack/react-router'
import { useProjects } from '@/features/projects/api/list-projects'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'

/** For who may not read everything: the log of one project, for its owners. */
export function AuditPlaces() {
  const query = useProjects()
  return (
    <Loaded query={query}>
      {(projects) => (
        <EmptyState title="The whole log is for platform admins">
          <p>The log of a project is for its owners (audit/read).{projects.length === 0 && ' You are in no project yet: ask the owner of one for a role in it.'}</p>
          <ul>{projects.map((p) => <li key={p.name}><Link to="/projects/$project/audit" params={{ project: p.name }}>{`Log of ${p.title}`}</Link></li>)}</ul>
        </EmptyState>
      )}
    </Loaded>
  )
}
