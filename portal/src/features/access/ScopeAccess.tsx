import { Button, Field, SearchBox } from '@fluentui/react-components'
import { useState, type ReactNode } from 'react'
import { useMyActions } from '@/features/me/api/list-my-actions'
import { AssignmentTable } from './AssignmentTable'
import { ExplainDialog } from './ExplainDialog'
import { GrantDialog } from './GrantDialog'
import { scopeWords } from './scope'

interface ScopeAccessProps {
  scope: string
  find: string
  setFind: (find: string) => void
  /** What stands before the search. */
  children?: ReactNode
}

/** The roles at a place, with what may be done about them. */
export function ScopeAccess({ scope, find, setFind, children }: ScopeAccessProps) {
  const mine = useMyActions(scope).data
  const [dialog, setDialog] = useState<'grant' | 'explain'>()
  const mayWrite = mine?.includes('assignments/write') ?? false
  return (
    <>
      <div className="lz-row lz-filters">
        {children}
        <Field label="Find"><SearchBox value={find} placeholder="Who, role, place" onChange={(_, d) => setFind(d.value)} /></Field>
        <div className="lz-row lz-push">
          <Button onClick={() => setDialog('explain')}>Explain…</Button>
          <Button appearance="primary" disabled={!mayWrite} onClick={() => setDialog('grant')}>Give a role…</Button>
        </div>
      </div>
      {mine && !mayWrite && <p className="lz-muted">You may look and not change: giving roles takes assignments/write at {scopeWords(scope)}. “Explain” tells whom to ask.</p>}
      <AssignmentTable scope={scope} mayWrite={mayWrite} find={find} />
      {dialog === 'grant' && <GrantDialog at={scope} close={() => setDialog(undefined)} />}
      {dialog === 'explain' && <ExplainDialog at={scope} close={() => setDialog(undefined)} />}
    </>
  )
}
