import { Tab, TabList } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useEnvironment } from '@/features/environments/api/get-environment'
import { EnvironmentStatus } from '@/features/environments/EnvironmentStatus'
import { useOperations } from '@/features/operations/api/list-operations'
import { OperationTable } from '@/features/operations/OperationTable'
import { ValuesView } from '@/features/values/ValuesView'
import type { Schemas } from '@/shared/api/client'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'
import { Deployments } from './Deployments'
import { EnvironmentActions } from './EnvironmentActions'
import { Overview } from './Overview'
import { Resources } from './Resources'
import { environmentTabs, type EnvironmentTab } from './tabs'

const titles: Record<EnvironmentTab, string> = { overview: 'Overview', resources: 'Resources', deployments: 'Deployments', values: 'Values', activity: 'Activity' }

export function EnvironmentPage({ project, environment, tab }: { project: string; environment: string; tab: EnvironmentTab }) {
  const query = useEnvironment(project, environment)
  const navigate = useNavigate()
  const select = (next: EnvironmentTab) => void navigate({ to: '/projects/$project/environments/$environment', params: { project, environment }, search: { tab: next }, replace: true })
  return (
    <Page title={`${project}/${environment}`} crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }]}
      badge={query.data && <EnvironmentStatus state={query.data.state} />} actions={query.data && query.data.state !== 'deleted' && <EnvironmentActions environment={query.data} />}>
      <Loaded query={query}>
        {(e) => (
          <>
            <TabList selectedValue={tab} onTabSelect={(_, d) => select(d.value as EnvironmentTab)}>{environmentTabs.map((t) => <Tab key={t} value={t}>{titles[t]}</Tab>)}</TabList>
            <Shown environment={e} tab={tab} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Shown({ environment: e, tab }: { environment: Schemas['Environment']; tab: EnvironmentTab }) {
  switch (tab) {
    case 'overview': return <Overview environment={e} />
    case 'resources': return <Resources environment={e} />
    case 'deployments': return <Deployments environment={e} />
    case 'values': return <ValuesView scope={{ project: e.project, environment: e.name }} />
    case 'activity': return <Activity environment={e} />
  }
}

function Activity({ environment: e }: { environment: Schemas['Environment'] }) {
  const query = useOperations(e.project, e.name)
  return <Loaded query={query}>{(all) => all.length ? <OperationTable label="Operations" operations={all} /> : <EmptyState title="Nothing has happened yet">Deployments, deletions and looks for drift are listed here, with who asked for them.</EmptyState>}</Loaded>
}
