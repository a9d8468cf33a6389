import { Button } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useKeepLonger } from '@/features/lifetime/useKeepLonger'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'

type Environment = Schemas['Environment']

/** What is deleted by itself soon, each with a way to keep it a while. */
export function Expiring({ environments }: { environments: Environment[] }) {
  return <ul className="lz-cards">{environments.map((e) => <li key={`${e.project}/${e.name}`}><One environment={e} /></li>)}</ul>
}

function One({ environment: e }: { environment: Environment }) {
  const { keep, pending } = useKeepLonger(e)
  return (
    <div className="lz-card" data-tone="waiting">
      <Link className="lz-card-head" to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>{e.project}/{e.name}</Link>
      <div className="lz-row">
        <span className="lz-muted">is deleted {e.expiresAt && <Time at={e.expiresAt} />}</span>
        <Button className="lz-push" size="small" disabled={pending} onClick={keep} aria-label={`Extend ${e.project}/${e.name} by 3 days`}>Extend by 3 days</Button>
      </div>
    </div>
  )
}
