import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { RunningOperation } from '@/features/operations/RunningOperation'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Facts, Section } from '@/shared/ui/Page'
import { driftQuery } from './api/get-drift-report'
import { DriftedResources } from './DriftedResources'
import { DriftNotes } from './DriftNotes'
import { IgnoreDialog } from './IgnoreDialog'

interface DriftReportProps {
  project: string
  environment: string
  report: Schemas['DriftReport']
  /** The operation that changes the environment, or looks at it, now. */
  active: string | undefined
}

export function DriftReport({ project, environment, report, active }: DriftReportProps) {
  const [ignoring, ignore] = useState<Schemas['DriftedResource']>()
  useAskedAgainAfter(active, project, environment)
  return (
    <>
      {active && <RunningOperation id={active} />}
      {report.status === 'unknown' && <MessageBar intent="warning" layout="multiline"><MessageBarBody><MessageBarTitle>Nobody can tell</MessageBarTitle>{report.reason ?? 'The last look could not see.'} {report.resources.length > 0 && 'What is listed was found before.'}</MessageBarBody></MessageBar>}
      {report.checkedAt && (
        <Facts rows={[
          ['Looked', <Time key="looked" at={report.checkedAt} />],
          ['Found', report.foundAt && report.foundAt !== report.checkedAt && <Time at={report.foundAt} />],
          ['By', report.operation && <Link key="by" to="/operations/$operation" params={{ operation: report.operation }}>the operation that looked</Link>],
          ['Compared with', report.deployment && <Link key="with" to="/projects/$project/environments/$environment/deployments/$deployment" params={{ project, environment, deployment: report.deployment }}>the deployment</Link>],
        ]} />
      )}
      {report.resources.length > 0 ? <Section title="Not as it was deployed"><DriftedResources label="Drifted" resources={report.resources} ignore={ignore} /></Section> : <Nothing report={report} />}
      {report.ignored.length > 0 && <Section title="Ignored for now"><DriftedResources label="Ignored" resources={report.ignored} /></Section>}
      <DriftNotes project={project} environment={environment} notes={report.notes} />
      {ignoring && <IgnoreDialog project={project} environment={environment} resource={ignoring} close={() => ignore(undefined)} />}
    </>
  )
}

function Nothing({ report }: { report: Schemas['DriftReport'] }) {
  if (report.status === 'unchecked') return <EmptyState title="Nobody has looked since it was deployed">Check now: what is deployed is planned once more, and nothing is changed, whatever is found. Environment types can have it looked at every day.</EmptyState>
  if (report.status === 'none') return <EmptyState title="It is as it was deployed">{report.ignored.length > 0 ? 'What differs is ignored for now.' : 'Nothing was changed outside, and a deployment would change nothing.'}</EmptyState>
  return null
}

/** When what was going on has ended, the report may be another. */
function useAskedAgainAfter(active: string | undefined, project: string, environment: string) {
  const queries = useQueryClient()
  useEffect(() => {
    if (!active) void queries.invalidateQueries({ queryKey: driftQuery(project, environment).queryKey })
  }, [active, project, environment, queries])
}
