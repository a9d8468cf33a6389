import { Link } from '@tanstack/react-router'
import { useDriftReport } from '@/features/drift/api/get-drift-report'
import { driftWords } from '@/features/drift/words'
import { environmentStates } from '@/features/environments/states'
import { EnvironmentStatus } from '@/features/environments/EnvironmentStatus'
import { useOperations } from '@/features/operations/api/list-operations'
import { operationState, operationTitle } from '@/features/operations/words'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Facts, Section } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'

type Environment = Schemas['Environment']

/** Whether all is well: where it stands, how the last change ended, whether somebody changed it outside. */
export function Health({ environment: e }: { environment: Environment }) {
  return (
    <Section title="Health">
      <Facts rows={[
        ['State', <span key="state"><EnvironmentStatus state={e.state} /> <span className="lz-muted">{environmentStates[e.state].means}</span></span>],
        ['Last change', <LastChange key="last" environment={e} />],
        ['Drift', e.deployment ? <Drift key="drift" environment={e} /> : 'nothing is deployed that could drift'],
      ]} />
    </Section>
  )
}

function LastChange({ environment: e }: { environment: Environment }) {
  const { data, isError } = useOperations(e.project, e.name)
  const last = data?.find((o) => o.mode !== 'plan' && o.mode !== 'drift')
  if (!last) return <>{isError ? 'cannot be read now' : data ? 'none' : '…'}</>
  const { tone, word } = operationState(last)
  return <span className="lz-row"><Link to="/operations/$operation" params={{ operation: last.id }}>{operationTitle(last)}</Link><Status tone={tone}>{word}</Status><Time at={last.lastUpdatedAt} /></span>
}

function Drift({ environment: e }: { environment: Environment }) {
  const { data, isError } = useDriftReport(e.project, e.name)
  if (!data) return <>{isError ? 'cannot be read now' : '…'}</>
  const { tone, word } = driftWords[data.status]
  return (
    <span className="lz-row">
      <Status tone={tone}>{data.status === 'drifted' ? `${data.resources.length} drifted` : word}</Status>
      {data.checkedAt && <>looked <Time at={data.checkedAt} /></>}
      <Link to="/projects/$project/environments/$environment/drift" params={{ project: e.project, environment: e.name }}>Drift report</Link>
    </span>
  )
}
