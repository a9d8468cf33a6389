import { Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { useMyActions } from '@/features/me/api/list-my-actions'
import type { Schemas } from '@/shared/api/client'
import { problemOf } from '@/shared/api/problem'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { useCreateAssignment } from './api/create-assignment'
import { useRoles } from './api/list-roles'
import { RoleSelect } from './RoleSelect'
import { roleChoices } from './roles'
import { ScopeSelect } from './ScopeSelect'
import { scopeWords } from './scope'

/** Gives a role to somebody: only one that one holds there oneself. */
export function GrantDialog({ at, close }: { at: string; close: () => void }) {
  const [scope, setScope] = useState(at)
  const [id, setId] = useState('')
  const [kind, setKind] = useState<Schemas['PrincipalKind']>('user')
  const [role, setRole] = useState('Reader')
  const [until, setUntil] = useState('')
  const [comment, setComment] = useState('')
  const mine = useMyActions(scope)
  const choices = roleChoices(useRoles().data ?? [], mine.data ?? [])
  const choice = choices.find((c) => c.role.name === role)
  const give = useCreateAssignment()
  const notify = useNotify()
  const wrongId = id !== '' && !/^[A-Za-z0-9._-]{1,64}$/.test(id)
  const over = until !== '' && new Date(`${until}T23:59:59`).getTime() <= Date.now()
  const said = (pointer: string) => problemOf(give.error)?.errors?.find((e) => e.pointer === pointer)?.detail
  const wrong = !id || wrongId || over || choice?.missing !== undefined
  const submit = () =>
    give.mutate({ scope, id, kind, role, ...(until ? { expiresAt: new Date(`${until}T23:59:59`).toISOString() } : {}), ...(comment ? { comment } : {}) },
      { onSuccess: () => { notify.done(`${id} holds ${role} at ${scopeWords(scope)}`); close() } })
  return (
    <FormDialog title="Give a role" close={close} submit="Give it" onSubmit={submit} disabled={wrong || give.isPending} error={give.error}>
      <Field label="Where" hint="It counts there and in everything beneath."><ScopeSelect value={scope} within={at} onChange={setScope} /></Field>
      <Field label="Who" required hint="Object id at the identity provider." {...problem(wrongId ? 'Letters, digits, dots and dashes.' : said('/id'))}><Input value={id} onChange={(_, d) => setId(d.value)} autoComplete="off" /></Field>
      <Field label="Kind"><Select value={kind} onChange={(_, d) => setKind(d.value as Schemas['PrincipalKind'])}><option value="user">Person</option><option value="group">Group</option><option value="application">Application</option></Select></Field>
      <Field label="Role" required hint={choice?.role.title ?? ''} {...problem(mine.data && choice?.missing ? `You may not give it: it allows ${choice.missing}, which you may not do there yourself.` : undefined)}><RoleSelect choices={choices} value={role} onChange={setRole} /></Field>
      <Field label="Until" hint="Nothing is no end." {...problem(over ? 'It has to end in the future.' : said('/expiresAt'))}><Input type="date" value={until} onChange={(_, d) => setUntil(d.value)} /></Field>
      <Field label="Why"><Input value={comment} maxLength={200} onChange={(_, d) => setComment(d.value)} /></Field>
    </FormDialog>
  )
}

const problem = (text: string | undefined) => (text ? { validationState: 'error' as const, validationMessage: text } : {})
