import { ProgressBar, Tab, TabList } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useApproval } from '@/features/approvals/api/get-approval'
import { ApprovalPanel } from '@/features/approvals/ApprovalPanel'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { PlanView } from '@/features/deployments/PlanView'
import { LogView } from '@/features/logs/LogView'
import type { Schemas } from '@/shared/api/client'
import { Duration } from '@/shared/time/Duration'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'
import { isFinal, useOperation } from './api/get-operation'
import { useOperationLogs } from './api/get-operation-logs'
import { Failure } from './Failure'
import { OperationActions } from './OperationActions'
import { Timeline } from './Timeline'
import { tasksOf } from './steps'
import { operationState, operationTitle } from './words'

export type OperationTab = 'timeline' | 'plan' | 'log'

export interface OperationSearch {
  tab?: OperationTab | undefined
  find?: string | undefined
  step?: string | undefined
}

export function OperationPage({ id, search }: { id: string; search: OperationSearch }) {
  const query = useOperation(id)
  return query.data ? <Found operation={query.data.operation} search={search} /> : <Page title="Operation"><Loaded query={query}>{() => null}</Loaded></Page>
}

function Found({ operation, search }: { operation: Schemas['Operation']; search: OperationSearch }) {
  const { project, environment } = operation
  const { tone, word } = operationState(operation)
  const place = environment ? `${project}/${environment}` : project
  const crumbs = [{ title: project, to: `/projects/${project}` }, ...(environment ? [{ title: environment, to: `/projects/${project}/environments/${environment}` }] : [])]
  const approval = useApproval(operation.id, operation.stage)
  return (
    <Page title={`${operationTitle(operation)} ${place}`} crumbs={crumbs} badge={<Status tone={tone}>{word}</Status>} actions={<OperationActions operation={operation} />}
      subtitle={<>{operation.requestedBy} · <Time at={operation.createdAt} /> · <Duration from={operation.createdAt} to={isFinal(operation) ? operation.lastUpdatedAt : undefined} />
        {operation.run?.url && <> · <a href={operation.run.url}>run {operation.run.id}</a></>}{operation.message && <> · {operation.message}</>}</>}>
      {!isFinal(operation) && <Progress operation={operation} />}
      {operation.error && <Failure error={operation.error} operation={operation.id} />}
      <Next operation={operation} />
      {approval.data && <ApprovalPanel approval={approval.data} />}
      <Tabs operation={operation} search={search} />
    </Page>
  )
}

function Progress({ operation: { percent, steps } }: { operation: Schemas['Operation'] }) {
  const { done, all } = tasksOf(steps)
  return (
    <div>
      <ProgressBar aria-label="Progress" {...(percent === undefined ? {} : { value: percent / 100 })} />
      <p className="lz-muted">{[percent !== undefined && `${percent} %`, all > 0 && `${done} of ${all} steps`].filter(Boolean).join(' · ')}</p>
    </div>
  )
}

/** Where to go from a good end. */
function Next({ operation: { kind, status, mode, project, environment } }: { operation: Schemas['Operation'] }) {
  if (status !== 'Succeeded' || !environment) return null
  if (mode === 'drift') return <p><Link to="/projects/$project/environments/$environment/drift" params={{ project, environment }}>Read the drift report</Link></p>
  if (kind === 'forceDeleteEnvironment') return <p>{environment} is called deleted; nothing is proven. <Link to="/projects/$project" params={{ project }}>Back to {project}</Link></p>
  if (mode === 'destroy') return <p>{environment} is gone; proven: nothing is left. <Link to="/projects/$project" params={{ project }}>Back to {project}</Link></p>
  return <p><Link to="/projects/$project/environments/$environment" params={{ project, environment }}>Open {project}/{environment}</Link></p>
}

function Tabs({ operation, search }: { operation: Schemas['Operation']; search: OperationSearch }) {
  const navigate = useNavigate()
  const tab = search.tab ?? (operation.stage === 'awaitingApproval' ? 'plan' : 'timeline')
  const go = (next: OperationSearch) => void navigate({ to: '/operations/$operation', params: { operation: operation.id }, search: { ...search, ...next }, replace: true })
  return (
    <>
      <TabList selectedValue={tab} onTabSelect={(_, d) => go({ tab: d.value as OperationTab })}>
        <Tab value="timeline">Timeline</Tab><Tab value="plan">Plan</Tab><Tab value="log">Log</Tab>
      </TabList>
      {tab === 'timeline' && <Timeline operation={operation} />}
      {tab === 'plan' && <PlanTab operation={operation} />}
      {tab === 'log' && <LogTab operation={operation} search={search} go={go} />}
    </>
  )
}

function PlanTab({ operation }: { operation: Schemas['Operation'] }) {
  const planned = operation.stage !== 'queued' && operation.stage !== 'planning'
  const query = useDeployment(operation.project, operation.environment ?? '', planned ? operation.deployment : undefined)
  if (!planned || !operation.deployment) return <EmptyState title="There is no plan yet">It appears when the pipeline has compared what is there with what was asked for.</EmptyState>
  return <Loaded query={query}>{({ plan }) => plan ? <PlanView plan={plan} /> : <EmptyState title="No plan was made">The operation ended before its pipeline had one.</EmptyState>}</Loaded>
}

function LogTab({ operation, search, go }: { operation: Schemas['Operation']; search: OperationSearch; go: (next: OperationSearch) => void }) {
  const query = useOperationLogs(operation.id)
  return (
    <Loaded query={query}>
      {(log) => (
        <LogView lines={log.lines} complete={log.complete} step={search.step} find={search.find ?? ''} setFind={(find) => go({ find: find || undefined })} clearStep={() => go({ step: undefined })}
          hrefOf={(line) => `/operations/${operation.id}?tab=log${search.step ? `&step=${encodeURIComponent(search.step)}` : ''}#L${line}`} />
      )}
    </Loaded>
  )
}
