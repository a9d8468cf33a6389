import { Link } from '@tanstack/react-router'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { useTeams } from './api/list-teams'

export function TeamList() {
  const query = useTeams()
  return (
    <Loaded query={query}>
      {(teams) => teams.length === 0 ? <EmptyState title="You see no teams">A role at a team is needed for that. A team is made with its first project, or by a platform admin: <code>lazuli team create NAME</code></EmptyState> : (
        <ul className="lz-cards">
          {teams.map((t) => (
            <li key={t.name}>
              <Link className="lz-card" to="/access/teams/$team" params={{ team: t.name }}>
                <span className="lz-card-head">{t.title}</span>
                <span className="lz-muted">{t.name} · {t.members.length} {t.members.length === 1 ? 'member' : 'members'} · {t.projects.length} {t.projects.length === 1 ? 'project' : 'projects'}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  )
}
