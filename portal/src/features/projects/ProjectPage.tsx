import { Button, Tab, TabList } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { EnvironmentTable } from '@/features/environments/EnvironmentTable'
import { useOperations } from '@/features/operations/api/list-operations'
import { OperationTable } from '@/features/operations/OperationTable'
import { ProjectQuota } from '@/features/quotas/ProjectQuota'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'
import { useProject } from './api/get-project'
import { Members } from './ProjectFacts'
import { projectTabs, type ProjectTab } from './tabs'

const titles: Record<ProjectTab, string> = { environments: 'Environments', members: 'Members', limits: 'Quota and budget', activity: 'Activity' }

export function ProjectPage({ project, tab }: { project: string; tab: ProjectTab }) {
  const query = useProject(project)
  const navigate = useNavigate()
  return (
    <Page title={query.data?.title ?? project} crumbs={[{ title: 'Projects', to: '/projects' }]} subtitle={query.data && `${project} · team ${query.data.team}`}
      actions={<>
        <Button onClick={() => void navigate({ to: '/projects/$project/values', params: { project } })}>Values</Button>
        <Button onClick={() => void navigate({ to: '/projects/$project/promote', params: { project } })}>Promote</Button>
        <Button appearance="primary" onClick={() => void navigate({ to: '/projects/$project/new-environment', params: { project } })}>New environment</Button>
      </>}>
      <Loaded query={query}>
        {(p) => (
          <>
            <TabList selectedValue={tab} onTabSelect={(_, d) => void navigate({ to: '/projects/$project', params: { project }, search: { tab: d.value as ProjectTab }, replace: true })}>
              {projectTabs.map((t) => <Tab key={t} value={t}>{titles[t]}</Tab>)}
            </TabList>
            {tab === 'environments' && <EnvironmentTable project={project} />}
            {tab === 'members' && <><Members project={p} /><p><Link to="/projects/$project/access" params={{ project }}>Everybody who may do something here, and why</Link></p></>}
            {tab === 'limits' && <ProjectQuota project={p} />}
            {tab === 'activity' && <><Activity project={project} /><p><Link to="/projects/$project/audit" params={{ project }}>Audit log of the project</Link></p></>}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Activity({ project }: { project: string }) {
  const query = useOperations(project)
  return <Loaded query={query}>{(all) => all.length ? <OperationTable label={`Operations of ${project}`} operations={all} /> : <EmptyState title="Nothing has happened yet">Deployments, deletions and looks for drift are listed here.</EmptyState>}</Loaded>
}
