import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useMyActions } from '@/features/me/api/list-my-actions'
import type { Schemas } from '@/shared/api/client'
import { Loaded } from '@/shared/ui/Loaded'
import { Facts } from '@/shared/ui/Page'
import { useNotify } from '@/shared/ui/Toasts'
import { useProjectUsage } from './api/get-project-usage'
import { usePutProject } from './api/put-project'
import { Bars } from './Bars'
import { QuotaDialog } from './QuotaDialog'

/** What a project may have, has, and has left. */
export function ProjectQuota({ project: p }: { project: Schemas['Project'] }) {
  const usage = useProjectUsage(p.name)
  const mine = useMyActions(`/projects/${p.name}`).data
  const may = mine?.includes('quotas/write') && mine.includes('projects/write')
  const [editing, setEditing] = useState(false)
  const put = usePutProject(p.name)
  const notify = useNotify()
  return (
    <div className="lz-stack">
      <Loaded query={usage}>{(u) => <Bars usage={u} />}</Loaded>
      <Facts rows={[
        ['Over the budget', p.budget ? (p.budget.over === 'refuse' ? 'requests are refused' : 'requests need an approval') : undefined],
        ['Environment types', p.environmentTypes?.join(', ') ?? 'all'],
        ['Pinned versions', p.pins?.map((pin) => `${pin.kind} ${pin.name}@${pin.version}`).join(', ')],
      ]} />
      {may ? <div><Button onClick={() => setEditing(true)}>Change quota and budget…</Button></div> : mine && <p className="lz-muted">Quota and budget are changed by who holds quotas/write: ask a platform admin. Owners do not have it, or they would raise their own.</p>}
      {editing && <QuotaDialog title={`Quota and budget of ${p.name}`} quota={p.quota} budget={{ now: p.budget }} error={put.error} saving={put.isPending} close={() => setEditing(false)}
        save={(quota, budget) => put.mutate({ before: p, quota, budget }, { onSuccess: () => { notify.done(`The limits of ${p.name} are as you said`); setEditing(false) } })} />}
    </div>
  )
}
