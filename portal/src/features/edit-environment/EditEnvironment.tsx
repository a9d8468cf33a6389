import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { deploymentQuery, useDeployment } from '@/features/deployments/api/get-deployment'
import { environmentQuery, useEnvironment } from '@/features/environments/api/get-environment'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'
import { ChangeForm } from './ChangeForm'
import type { EditSearch } from './search'

/** Changes what an environment should be: its template's parameters, or its manifest as form and as YAML. */
export function EditEnvironment({ project, environment, search }: { project: string; environment: string; search: EditSearch }) {
  const query = useEnvironment(project, environment)
  const deployment = useDeployment(project, environment, query.data?.deployment)
  const queries = useQueryClient()
  const [round, setRound] = useState(0)
  /** Reads what is there now, and begins anew with it. */
  const again = async () => {
    const now = await queries.fetchQuery({ ...environmentQuery(project, environment), staleTime: 0 })
    if (now.deployment) await queries.fetchQuery(deploymentQuery(project, environment, now.deployment))
    setRound((n) => n + 1)
  }
  const crumbs = [{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }, { title: environment, to: `/projects/${project}/environments/${environment}` }]
  return (
    <Page title={`Change ${project}/${environment}`} crumbs={crumbs}>
      <Loaded query={query} rows={6}>
        {(e) => !e.deployment ? (
          <EmptyState title="Nothing was deployed here yet" action={<Link to="/projects/$project/environments/$environment" params={{ project, environment }}>Open {project}/{environment}</Link>}>There is nothing to change until the first deployment is through.</EmptyState>
        ) : (
          <Loaded query={deployment} rows={6}>{(d) => <ChangeForm key={round} environment={e} deployment={d} search={search} again={() => void again()} />}</Loaded>
        )}
      </Loaded>
    </Page>
  )
}
