import { Switch } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMe } from '@/features/me/api/get-me'
import { OperationTable } from '@/features/operations/OperationTable'
import { ProjectList } from '@/features/projects/ProjectList'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { Section } from '@/shared/ui/Page'
import { useHome } from './api/get-home'
import { Expiring } from './Expiring'
import { Failures } from './Failures'
import { isUntouched, mineOf } from './mine'
import { FirstEnvironment, NoProject } from './Newcomer'

/** What needs me, what goes on, and what happened, in all projects that I see. */
export function Home({ mine }: { mine: boolean }) {
  const query = useHome()
  const me = useMe().data
  return (
    <Loaded query={query} rows={8}>
      {(home) => home.projects === 0 ? <NoProject /> : <Told all={home} home={mine && me ? mineOf(home, me.id) : home} mine={mine} />}
    </Loaded>
  )
}

function Told({ all, home, mine }: { all: Schemas['Home']; home: Schemas['Home']; mine: boolean }) {
  const { approvals, running, failed, expiring, recent } = home
  const navigate = useNavigate()
  const calm = approvals.length + failed.length + expiring.length === 0
  return (
    <>
      {!all.complete && <p className="lz-muted">This is about the first {all.projects} projects that you see. Open a project for what else there is.</p>}
      {isUntouched(all) ? <FirstEnvironment /> : (
        <div className="lz-row">
          <p role="status">{calm ? 'Nothing needs you now.' : needs(home)}</p>
          <Switch className="lz-push" label="Only mine" checked={mine} onChange={(_, d) => void navigate({ to: '/', search: d.checked ? { mine: true } : {}, replace: true })} />
        </div>
      )}
      {approvals.length > 0 && <Section title="Waiting for you"><OperationTable label="Operations that wait for approval" operations={approvals} /></Section>}
      {failed.length > 0 && <Section title="Failed"><Failures operations={failed} /></Section>}
      {expiring.length > 0 && <Section title="Expiring soon"><Expiring environments={expiring} /></Section>}
      {running.length > 0 && <Section title="Running"><OperationTable label="Operations that run" operations={running} /></Section>}
      <Section title="Projects" actions={<Link to="/projects">All projects</Link>}><ProjectList most={9} /></Section>
      {recent.length > 0 && <Section title="Recent activity" actions={<Link to="/environments">All environments</Link>}><OperationTable label="Recent operations" operations={recent} /></Section>}
    </>
  )
}

function needs({ approvals, failed, expiring }: Schemas['Home']): string {
  const parts = [[approvals.length, 'waiting for you'], [failed.length, 'failed'], [expiring.length, 'expiring soon']] as const
  return parts.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`).join(' · ')
}
