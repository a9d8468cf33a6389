import { Field, Input, Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useDebounced } from '@/shared/ui/useDebounced'
import { explainQuery } from './api/explain-access'
import { useRoles } from './api/list-roles'
import { Explanation } from './Explanation'
import { ScopeSelect } from './ScopeSelect'

/** Who, what, where: the answer of the code that decides, with what it follows from. It is asked again with every change. */
export function ExplainDialog({ at, close }: { at: string; close: () => void }) {
  const [who, setWho] = useState('')
  const [kind, setKind] = useState<Schemas['PrincipalKind']>('user')
  const [groups, setGroups] = useState('')
  const [action, setAction] = useState('environments/write')
  const [scope, setScope] = useState(at)
  const actions = [...new Set((useRoles().data ?? []).flatMap((r) => r.actions))].sort()
  const named = groups.split(/[\s,]+/).filter(Boolean)
  const question = useDebounced<Schemas['AccessQuestion']>({ action, scope, ...(who.trim() ? { principal: { id: who.trim(), kind, ...(named.length > 0 ? { groups: named } : {}) } } : {}) }, 300)
  const answer = useQuery({ ...explainQuery(question), placeholderData: (before) => before })
  return (
    <FormDialog title="Who may do what, and why" close={close} leave="Close">
      <Field label="Who" hint="Object id; nothing is yourself."><Input value={who} autoComplete="off" onChange={(_, d) => setWho(d.value)} /></Field>
      {who.trim() !== '' && (
        <>
          <Field label="Kind"><Select value={kind} onChange={(_, d) => setKind(d.value as Schemas['PrincipalKind'])}><option value="user">Person</option><option value="group">Group</option><option value="application">Application</option></Select></Field>
          <Field label="Groups that count" hint="The identity provider is not asked; separate several by blanks."><Input value={groups} autoComplete="off" onChange={(_, d) => setGroups(d.value)} /></Field>
        </>
      )}
      <Field label="What"><Select value={action} onChange={(_, d) => setAction(d.value)}>{!actions.includes(action) && <option>{action}</option>}{actions.map((a) => <option key={a}>{a}</option>)}</Select></Field>
      <Field label="Where"><ScopeSelect value={scope} onChange={setScope} /></Field>
      <div aria-live="polite">{answer.error ? <ErrorView error={answer.error} retry={() => void answer.refetch()} /> : answer.data && <Explanation answer={answer.data} who={question.principal?.id} />}</div>
    </FormDialog>
  )
}
