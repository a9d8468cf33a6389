import { MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { Leftovers } from '@/features/deletion/Leftovers'
import { RunningOperation } from '@/features/operations/RunningOperation'
import { useOperation } from '@/features/operations/api/get-operation'
import { Failure } from '@/features/operations/Failure'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Facts, Section } from '@/shared/ui/Page'
import { valueText } from '@/shared/value'
import { Cost } from './Cost'
import { Health } from './Health'
import { Lifetime } from './Lifetime'
import { Outputs } from './Outputs'

type Environment = Schemas['Environment']

export function Overview({ environment: e }: { environment: Environment }) {
  return (
    <>
      {e.activeOperation && <RunningOperation id={e.activeOperation} />}
      {e.state === 'deleteFailed' && !e.activeOperation && <Leftovers environment={e} />}
      {e.failure && e.state !== 'deleteFailed' && <LastFailure failure={e.failure} />}
      <div className="lz-overview">
        <div className="lz-stack">
          <Health environment={e} />
          <Lifetime environment={e} />
        </div>
        <div className="lz-stack">
          <Section title="Outputs"><Outputs environment={e} /></Section>
          <Cost environment={e} />
          <Section title="About">
            <Facts rows={[
              ['Type', e.type],
              ['Template', e.template ?? 'own manifest'],
              ['Created', <Time key="created" at={e.createdAt} />],
              ['Changed', <Time key="changed" at={e.updatedAt} />],
              ...Object.entries(e.parameters ?? {}).map(([name, value]): [string, string] => [name, valueText(value)]),
            ]} />
          </Section>
        </div>
      </div>
    </>
  )
}

/** The failure as the operation explains it, or as the environment keeps it until that is read. */
function LastFailure({ failure }: { failure: NonNullable<Environment['failure']> }) {
  const error = useOperation(failure.operation).data?.operation.error
  return (
    <div className="lz-stack">
      {error ? <Failure error={error} operation={failure.operation} /> : (
        <MessageBar intent="error">
          <MessageBarBody><MessageBarTitle>The last change failed</MessageBarTitle>{failure.message}</MessageBarBody>
          <MessageBarActions><Link to="/operations/$operation" params={{ operation: failure.operation }}>Open the operation</Link></MessageBarActions>
        </MessageBar>
      )}
      <p className="lz-muted">The environment is as it was before. <Link to="/operations/$operation" params={{ operation: failure.operation }}>Open the operation</Link></p>
    </div>
  )
}
