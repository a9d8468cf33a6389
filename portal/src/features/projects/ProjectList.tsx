import { Link } from '@tanstack/react-router'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { useProjects } from './api/list-projects'

/** The projects that one may see, as cards; at most so many of them. */
export function ProjectList({ most }: { most?: number }) {
  const projects = useProjects()
  return (
    <Loaded query={projects}>
      {(all) => all.length === 0 ? <NoProjects /> : (
        <ul className="lz-cards">
          {all.slice(0, most).map((p) => (
            <li key={p.name}>
              <Link className="lz-card" to="/projects/$project" params={{ project: p.name }}>
                <span className="lz-card-head">{p.title}</span>
                <span className="lz-muted">{p.name} · team {p.team} · {p.members.length} {p.members.length === 1 ? 'member' : 'members'}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  )
}

function NoProjects() {
  return (
    <EmptyState title="You are in no project yet">
      A project is a product of a team: its environments, its people, its budget. Ask its owner for a role in it; an admin of the
      platform or an owner of a team makes a new one.
    </EmptyState>
  )
}
