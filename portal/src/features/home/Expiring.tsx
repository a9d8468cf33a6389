import { Button } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useExtendEnvironment } from '@/features/environments/api/extend-environment'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { useNotify } from '@/shared/ui/Toasts'
import { homeQuery } from './api/get-home'

type Environment = Schemas['Environment']

/** What is deleted by itself soon, each with a way to keep it a while. */
export function Expiring({ environments }: { environments: Environment[] }) {
  return <ul className="lz-cards">{environments.map((e) => <li key={`${e.project}/${e.name}`}><One environment={e} /></li>)}</ul>
}

function One({ environment: e }: { environment: Environment }) {
  const extend = useExtendEnvironment(e.project, e.name)
  const notify = useNotify()
  const queries = useQueryClient()
  const keep = () => extend.mutate({ by: 'PT72H' }, {
    onSuccess: () => {
      notify.done(`${e.project}/${e.name} stays three days longer`)
      void queries.invalidateQueries({ queryKey: homeQuery.queryKey })
    },
    onError: notify.refused,
  })
  return (
    <div className="lz-card" data-tone="waiting">
      <Link className="lz-card-head" to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>{e.project}/{e.name}</Link>
      <div className="lz-row">
        <span className="lz-muted">is deleted {e.expiresAt && <Time at={e.expiresAt} />}</span>
        <Button className="lz-push" size="small" disabled={extend.isPending} onClick={keep} aria-label={`Extend ${e.project}/${e.name} by 3 days`}>Extend by 3 days</Button>
      </div>
    </div>
  )
}
