import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useEnvironment } from '@/features/environments/api/get-environment'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { Page } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'
import { useNotify } from '@/shared/ui/Toasts'
import { AdoptDialog } from './AdoptDialog'
import { useCheckDrift } from './api/check-drift'
import { useDriftReport } from './api/get-drift-report'
import { DriftReport } from './DriftReport'
import { PutBackDialog } from './PutBackDialog'
import { driftWords } from './words'

/** What somebody changed outside, and the three answers to it. */
export function DriftPage({ project, environment }: { project: string; environment: string }) {
  const query = useDriftReport(project, environment)
  const active = useEnvironment(project, environment).data?.activeOperation
  const report = query.data
  const place = `/projects/${project}/environments/${environment}`
  return (
    <Page title={`Drift of ${project}/${environment}`} crumbs={[{ title: 'Projects', to: '/projects' }, { title: project, to: `/projects/${project}` }, { title: environment, to: place }]}
      subtitle="Whether what is there is still as it was deployed."
      badge={report && <Status tone={driftWords[report.status].tone}>{driftWords[report.status].word}</Status>}
      actions={report && <Answers project={project} environment={environment} report={report} busy={!!active} />}>
      <Loaded query={query}>{(found) => <DriftReport project={project} environment={environment} report={found} active={active} />}</Loaded>
    </Page>
  )
}

interface AnswersProps {
  project: string
  environment: string
  report: Schemas['DriftReport']
  busy: boolean
}

function Answers({ project, environment, report, busy }: AnswersProps) {
  const [asked, ask] = useState<'put-back' | 'adopt'>()
  const check = useCheckDrift(project, environment)
  const notify = useNotify()
  const open = useOpenOperation()
  const close = () => ask(undefined)
  const found = report.resources.length + report.ignored.length > 0
  return (
    <>
      <Button appearance={found ? 'secondary' : 'primary'} disabled={busy || check.isPending} onClick={() => check.mutate(undefined, { onSuccess: () => notify.done('It is being looked', 'The report is here when that has ended.'), onError: notify.refused })}>Check now</Button>
      {found && <Button appearance="primary" disabled={busy} onClick={() => ask('put-back')}>Put back…</Button>}
      {found && <Button disabled={busy} onClick={() => ask('adopt')}>Adopt…</Button>}
      {asked === 'put-back' && <PutBackDialog project={project} environment={environment} report={report} close={close} open={open} />}
      {asked === 'adopt' && <AdoptDialog project={project} environment={environment} report={report} close={close} open={open} />}
    </>
  )
}
