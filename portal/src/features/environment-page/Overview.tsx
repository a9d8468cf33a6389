import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useExtendEnvironment } from '@/features/environments/api/extend-environment'
import { useOperation } from '@/features/operations/api/get-operation'
import { Failure } from '@/features/operations/Failure'
import { operationState } from '@/features/operations/words'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Facts, Section } from '@/shared/ui/Page'
import { Status } from '@/shared/ui/Status'
import { useNotify } from '@/shared/ui/Toasts'
import { Outputs } from './Outputs'

type Environment = Schemas['Environment']

export function Overview({ environment: e }: { environment: Environment }) {
  return (
    <>
      {e.activeOperation && <Active id={e.activeOperation} />}
      {e.failure && <LastFailure failure={e.failure} />}
      <div className="lz-overview">
        <Section title="About">
          <Facts rows={[
            ['Type', e.type],
            ['Template', e.template ?? 'own manifest'],
            ['Price a month', e.monthly && `${e.monthly} as far as it is known`],
            ['Expires', e.expiresAt ? <Expiry environment={e} at={e.expiresAt} /> : 'never'],
            ['Protected', e.protection && <>{e.protection.reason} ({e.protection.by}, <Time at={e.protection.at} />)</>],
            ['Hibernates', e.hibernation?.since && <>since <Time at={e.hibernation.since} /></>],
            ['Next by calendar', e.nextPowerAt && <Time at={e.nextPowerAt} />],
            ['Created', <Time key="created" at={e.createdAt} />],
            ['Changed', <Time key="changed" at={e.updatedAt} />],
            ...Object.entries(e.parameters ?? {}).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
          ]} />
        </Section>
        <Section title="Outputs"><Outputs environment={e} /></Section>
      </div>
    </>
  )
}

function Expiry({ environment: e, at }: { environment: Environment; at: string }) {
  const extend = useExtendEnvironment(e.project, e.name)
  const notify = useNotify()
  return (
    <span className="lz-row">
      <Time at={at} />
      <Button size="small" disabled={extend.isPending} onClick={() => extend.mutate('P7D', { onSuccess: () => notify.done('A week more'), onError: notify.refused })}>A week more</Button>
    </span>
  )
}

function Active({ id }: { id: string }) {
  const operation = useOperation(id).data?.operation
  if (!operation) return null
  const { tone, word } = operationState(operation)
  return (
    <MessageBar intent={tone === 'waiting' ? 'warning' : 'info'}>
      <MessageBarBody><Status tone={tone}>{word}</Status>{operation.percent !== undefined && tone === 'busy' && ` ${operation.percent} %`}</MessageBarBody>
      <MessageBarActions><Link to="/operations/$operation" params={{ operation: id }}>{tone === 'waiting' ? 'Look at the plan' : 'Watch it'}</Link></MessageBarActions>
    </MessageBar>
  )
}

/** The failure as the operation explains it, or as the environment keeps it until that is read. */
function LastFailure({ failure }: { failure: NonNullable<Environment['failure']> }) {
  const error = useOperation(failure.operation).data?.operation.error
  return (
    <div className="lz-stack">
      {error ? <Failure error={error} /> : <MessageBar intent="error"><MessageBarBody><MessageBarTitle>The last change failed</MessageBarTitle>{failure.message}</MessageBarBody></MessageBar>}
      {failure.remaining && failure.remaining.length > 0 && <p>Still there: {failure.remaining.join(', ')}</p>}
      <p className="lz-muted">The environment is as it was before. <Link to="/operations/$operation" params={{ operation: failure.operation }}>Open the operation</Link></p>
    </div>
  )
}
