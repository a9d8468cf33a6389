import { Badge, Button, Field, Select } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useEnvironment } from '@/features/environments/api/get-environment'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { exactTime } from '@/shared/time/words'
import { CopyButton } from '@/shared/ui/CopyButton'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Facts, Page, Section } from '@/shared/ui/Page'
import { valueText } from '@/shared/value'
import { useDeployment } from './api/get-deployment'
import { useDeployments } from './api/list-deployments'
import { compareDeployments } from './differences'
import { DifferenceView } from './DifferenceView'
import { PlanView } from './PlanView'
import { PriceItems } from './PriceItems'
import { RollBackDialog } from './RollBackDialog'
import { deploymentTitle, whatOf } from './words'

type Deployment = Schemas['Deployment']

interface DeploymentPageProps {
  project: string
  environment: string
  deployment: string
  /** The other deployment that it is compared with. */
  other: string | undefined
}

/** One deployment: what it was, in what it differs from others, and the way back to it. */
export function DeploymentPage({ project, environment, deployment, other }: DeploymentPageProps) {
  const query = useDeployment(project, environment, deployment)
  const current = useEnvironment(project, environment).data?.deployment
  const [back, setBack] = useState(false)
  const place = `/projects/${project}/environments/${environment}`
  const d = query.data
  return (
    <Page title={d ? `${deploymentTitle(d)} ${project}/${environment}` : 'Deployment'} subtitle={d && <>{d.createdBy} · <Time at={d.createdAt} /> · <code>{d.id}</code></>}
      crumbs={[{ title: project, to: `/projects/${project}` }, { title: environment, to: place }, { title: 'Deployments', to: `${place}?tab=deployments` }]}
      badge={deployment === current && <Badge appearance="tint" color="success">current</Badge>}
      actions={d?.mode === 'deploy' && current && d.id !== current && <Button appearance="primary" onClick={() => setBack(true)}>Roll back…</Button>}>
      <Loaded query={query}>
        {(found) => (
          <>
            <About deployment={found} />
            <Differences deployment={found} current={current} other={other} />
            <Section title="Plan">{found.plan ? <PlanView plan={found.plan} /> : <EmptyState title="No plan was made">Its pipeline ended before it had compared what is there with what was asked for. The operation says why.</EmptyState>}</Section>
            {found.price && <Section title="Price"><PriceItems price={found.price} /></Section>}
            <Section title="Manifest" actions={<CopyButton what="the manifest" text={JSON.stringify(found.manifest, null, 2)} />}><pre className="lz-code" tabIndex={0}>{JSON.stringify(found.manifest, null, 2)}</pre></Section>
          </>
        )}
      </Loaded>
      {back && d && <RollBackDialog deployment={d} current={current} close={() => setBack(false)} />}
    </Page>
  )
}

function About({ deployment: d }: { deployment: Deployment }) {
  return (
    <Facts rows={[
      ['What', whatOf(d)],
      ['From', d.from && <Link key="from" to="/projects/$project/environments/$environment/deployments/$deployment" params={{ project: d.project, environment: d.from.environment ?? d.environment, deployment: d.from.deployment ?? '' }}>{d.from.environment ?? d.environment}{d.from.valuesGoAlong && ', with its values'}</Link>],
      ['Power', d.power],
      ['Values', d.values ? `version ${d.values.environmentVersion} of the environment, ${d.values.projectVersion} of the project` : 'none are used'],
      ['Price a month', d.price && `${d.price.monthly} ${d.price.currency}${d.price.complete ? '' : ', as far as it is known'}`],
      ['Operation', <Link key="operation" to="/operations/$operation" params={{ operation: d.operation }}>{d.operation}</Link>],
      ...Object.entries(d.parameters ?? {}).map(([name, value]): [string, string] => [name, valueText(value)]),
    ]} />
  )
}

/** The choice begins with what the environment is now; of the current one, with the one before it. */
function Differences({ deployment: d, current, other }: { deployment: Deployment; current: string | undefined; other: string | undefined }) {
  const list = useDeployments(d.project, d.environment)
  const navigate = useNavigate()
  const all = list.data ?? []
  const earlier = all.filter((o) => o.id !== d.id && o.createdAt < d.createdAt)
  const chosen = other ?? (d.id === current ? earlier[0]?.id : current)
  const query = useDeployment(d.project, d.environment, chosen)
  const choose = (id: string) => void navigate({ to: '/projects/$project/environments/$environment/deployments/$deployment', params: { project: d.project, environment: d.environment, deployment: d.id }, search: { with: id }, replace: true })
  return (
    <Section title="Difference">
      {!list.data ? <Loaded query={list}>{() => null}</Loaded> : all.length < 2 ? <EmptyState title="There is no other deployment yet">From the second one on, what came, changed and went is shown here.</EmptyState> : (
        <>
          <Field label="Compared with" className="lz-choice">
            <Select value={chosen ?? ''} onChange={(_, v) => choose(v.value)}>
              {!chosen && <option value="" />}
              {all.filter((o) => o.id !== d.id).map((o) => <option key={o.id} value={o.id}>{`${deploymentTitle(o)} ${whatOf(o)}, ${exactTime(new Date(o.createdAt))}, ${o.createdBy}${o.id === current ? ' (current)' : ''}`}</option>)}
            </Select>
          </Field>
          {chosen && <Loaded query={query}>{(o) => <DifferenceView difference={compareDeployments(o, d)} before={o.id === current ? 'Now' : 'The other'} after="This one" />}</Loaded>}
        </>
      )}
    </Section>
  )
}
