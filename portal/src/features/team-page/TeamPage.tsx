import { Link, useNavigate } from '@tanstack/react-router'
import { ScopeAccess } from '@/features/access/ScopeAccess'
import { useTeam } from '@/features/access/api/get-team'
import { OnboardLink } from '@/features/onboarding/OnboardLink'
import { TeamQuota } from '@/features/quotas/TeamQuota'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page, Section } from '@/shared/ui/Page'

/** A team: its projects, its people, and what all its projects have of its quota. */
export function TeamPage({ team, find }: { team: string; find: string }) {
  const query = useTeam(team)
  const navigate = useNavigate()
  return (
    <Page title={query.data?.title ?? team} subtitle={`team ${team}`} crumbs={[{ title: 'Access', to: '/access' }, { title: 'Teams', to: '/access/teams' }]}>
      <Loaded query={query}>
        {(t) => (
          <>
            <Section title="Projects">
              {t.projects.length === 0 ? <EmptyState title="It owns no project" action={<OnboardLink>Onboard one</OnboardLink>}>Projects that you may not see are not listed.</EmptyState> : (
                <ul className="lz-cards">{t.projects.map((p) => <li key={p}><Link className="lz-card" to="/projects/$project" params={{ project: p }}>{p}</Link></li>)}</ul>
              )}
            </Section>
            <Section title="Members"><ScopeAccess scope={`/teams/${team}`} find={find} setFind={(f) => void navigate({ to: '/access/teams/$team', params: { team }, search: f ? { find: f } : {}, replace: true })} /></Section>
            <Section title="Quota of all its projects together"><TeamQuota team={t} /></Section>
          </>
        )}
      </Loaded>
    </Page>
  )
}
