import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useMyActions } from '@/features/me/api/list-my-actions'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { useNotify } from '@/shared/ui/Toasts'
import { useTeamUsage } from './api/get-team-usage'
import { usePutTeam } from './api/put-team'
import { Bars } from './Bars'
import { QuotaDialog } from './QuotaDialog'

/** What all projects of a team may have together, have, and have left. */
export function TeamQuota({ team: t }: { team: Schemas['Team'] }) {
  const usage = useTeamUsage(t.name)
  const mine = useMyActions('/').data // the quota of a team is for who may write quotas everywhere
  const [editing, setEditing] = useState(false)
  const put = usePutTeam(t.name)
  const notify = useNotify()
  return (
    <div className="lz-stack">
      <Loaded query={usage}>{(u) => <Bars usage={u} />}</Loaded>
      {mine?.includes('quotas/write') ? <div><Button onClick={() => setEditing(true)}>Change the quota…</Button></div> : mine && <p className="lz-muted">The quota of a team is changed by platform admins.</p>}
      {editing && <QuotaDialog title={`Quota of team ${t.name}`} quota={t.quota} error={put.error} saving={put.isPending} close={() => setEditing(false)}
        save={(quota) => put.mutate({ before: t, quota }, { onSuccess: () => { notify.done(`The quota of team ${t.name} is as you said`); setEditing(false) } })} />}
    </div>
  )
}
