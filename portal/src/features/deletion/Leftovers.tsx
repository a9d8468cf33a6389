import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { usePermission } from '@/features/environments/api/ask-permission'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { BreakGlassDialog } from './BreakGlassDialog'
import { DeleteDialog } from './DeleteDialog'

/** After a deletion that failed: what is left, and the ways on. */
export function Leftovers({ environment: e }: { environment: Schemas['Environment'] }) {
  const [asked, ask] = useState<'again' | 'glass'>()
  const mayForce = usePermission(e.project, e.name, 'environments/forceDelete').data?.allowed
  const left = e.failure?.remaining ?? []
  return (
    <>
      <MessageBar intent="error" layout="multiline" className="lz-failure">
        <MessageBarBody>
          <MessageBarTitle>{left.length ? `The deletion left ${left.length === 1 ? 'one thing' : `${left.length} things`} behind` : 'The deletion failed'}</MessageBarTitle>
          {e.failure && <p>{e.failure.message} <span className="lz-muted"><Time at={e.failure.at} /> · <Link to="/operations/$operation" params={{ operation: e.failure.operation }}>open the operation</Link></span></p>}
          {left.length > 0 && <ul className="lz-left" aria-label="Left behind">{left.map((r) => <li key={r}><code>{r}</code></li>)}</ul>}
          <p>Delete it again: what is gone already is passed over. What cannot be removed from here is removed by hand, and then deleted again.</p>
        </MessageBarBody>
        <MessageBarActions>
          <Button appearance="primary" onClick={() => ask('again')}>Delete again…</Button>
          {mayForce && <Button onClick={() => ask('glass')}>Break the glass…</Button>}
        </MessageBarActions>
      </MessageBar>
      {asked === 'again' && <DeleteDialog environment={e} close={() => ask(undefined)} />}
      {asked === 'glass' && <BreakGlassDialog environment={e} close={() => ask(undefined)} />}
    </>
  )
}
