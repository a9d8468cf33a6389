import { Badge, Button } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useDeployments } from '@/features/deployments/api/list-deployments'
import { countsSentence } from '@/features/deployments/PlanView'
import { RollBackDialog } from '@/features/deployments/RollBackDialog'
import { deploymentTitle, whatOf } from '@/features/deployments/words'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Table, type Column } from '@/shared/ui/Table'

type Deployment = Schemas['Deployment']

/** Every deployment of an environment; from each that was built one can go back to it. */
export function Deployments({ environment: e }: { environment: Schemas['Environment'] }) {
  const query = useDeployments(e.project, e.name)
  const [back, setBack] = useState<Deployment>()
  const params = (d: Deployment) => ({ project: e.project, environment: e.name, deployment: d.id })
  const columns: Column<Deployment>[] = [
    { title: 'What', cell: (d) => <span className="lz-row"><Link to="/projects/$project/environments/$environment/deployments/$deployment" params={params(d)}>{deploymentTitle(d)} {whatOf(d)}</Link>{d.id === e.deployment && <Badge appearance="tint" color="success">current</Badge>}</span> },
    { title: 'From', cell: (d) => (d.from ? (d.from.environment && d.from.environment !== e.name ? d.from.environment : 'an earlier one') : ''), wide: true },
    { title: 'Plan', cell: (d) => (d.plan ? countsSentence(d.plan.counts) : 'none'), wide: true },
    { title: 'When', cell: (d) => <Time at={d.createdAt} /> },
    { title: 'By', cell: (d) => d.createdBy, wide: true },
    { title: 'Operation', cell: (d) => <Link to="/operations/$operation" params={{ operation: d.operation }} aria-label={`Log of ${d.id}`}>log</Link>, wide: true },
    { title: 'Back to it', cell: (d) => (d.mode === 'deploy' && d.id !== e.deployment && d.plan ? <Button size="small" disabled={!!e.activeOperation} onClick={() => setBack(d)}>Roll back</Button> : null) },
  ]
  return (
    <>
      <Loaded query={query}>{(all) => all.length ? <Table label="Deployments" columns={columns} items={all} keyOf={(d) => d.id} /> : <EmptyState title="Nothing was deployed yet">Each deployment is kept here, with what it changed and the way back to it.</EmptyState>}</Loaded>
      {back && <RollBackDialog deployment={back} current={e.deployment} close={() => setBack(undefined)} />}
    </>
  )
}
