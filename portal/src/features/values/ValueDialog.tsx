import { Button, Checkbox, Field, Input, MessageBar, MessageBarBody, Textarea } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { problemOf } from '@/shared/api/problem'
import { Time } from '@/shared/time/Time'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { changedMeanwhile, editText, validKey, valueAt, valueOf } from './edit'
import { etagOf, scopeName, useChangeValues, valuesQuery, type ValueScope } from './scope'
import { shownValue } from './words'

interface ValueDialogProps {
  scope: ValueScope
  /** The values that one saw when one began. */
  values: Schemas['Values']
  value: Partial<Schemas['Value']>
  close: () => void
}

/** How often a change is made anew because somebody changed other keys meanwhile. */
const mostTries = 4

/** Sets one value. A secret is written and never read again. What somebody else did meanwhile is shown, and what was typed stays. */
export function ValueDialog({ scope, values, value, close }: ValueDialogProps) {
  const [key, setKey] = useState(value.key ?? '')
  const [secret, setSecret] = useState(value.secret ?? false)
  const [text, setText] = useState(() => editText(value))
  const [comment, setComment] = useState('')
  const [seen, setSeen] = useState(values)
  const [theirs, setTheirs] = useState<{ value: Schemas['Value'] | undefined }>()
  const [failed, setFailed] = useState<unknown>()
  const change = useChangeValues(scope)
  const queries = useQueryClient()
  const notify = useNotify()
  const there = valueAt(seen, key)
  const keyFits = validKey.test(key)
  const body = { set: { [key]: secret ? { secret: text } : { value: valueOf(text, value.secret ? undefined : value.type) } }, ...(comment ? { comment } : {}) }

  const attempt = async (on: Schemas['Values'], tries: number): Promise<void> => {
    try {
      await change.mutateAsync({ etag: etagOf(on), body })
    } catch (error) {
      if (problemOf(error)?.code !== 'PreconditionFailed') throw error
      const now = await queries.fetchQuery({ ...valuesQuery(scope), staleTime: 0 })
      setSeen(now)
      if (!changedMeanwhile(key, on, now) && tries < mostTries) return attempt(now, tries + 1)
      return setTheirs({ value: valueAt(now, key) })
    }
    notify.done(`${key} is set`, 'The next deployment takes it along.')
    close()
  }
  const save = () => {
    setFailed(undefined)
    attempt(seen, 1).catch(setFailed)
  }
  return (
    <FormDialog title={value.key ? `Change ${value.key}` : 'Set a value'} close={close} submit={theirs ? 'Save mine over it' : 'Save'} onSubmit={save} disabled={!keyFits || (secret && !text) || change.isPending} error={failed}>
      {theirs && <Conflict name={key} theirs={theirs.value} take={() => { setSecret(theirs.value?.secret ?? false); setText(editText(theirs.value ?? {})); setTheirs(undefined) }} />}
      {!value.key && (
        <Field label="Key" required {...(key && !keyFits ? { validationState: 'error' as const, validationMessage: 'Letters, digits and underscores; it does not begin with a digit.' } : {})} hint={there && !theirs ? `${key} is set already, to ${shownValue(there)}; saving replaces it here.` : ''}>
          <Input value={key} onChange={(_, d) => setKey(d.value)} autoComplete="off" />
        </Field>
      )}
      {value.origin === 'project' && scope.environment && <p>The project {scope.project} sets it to <code>{shownValue(value as Schemas['Value'])}</code>. What you set here holds in {scopeName(scope)} alone.</p>}
      <Checkbox label="Secret: kept in the vault, and never shown again" checked={secret} onChange={(_, d) => setSecret(d.checked === true)} />
      <Field label={secret ? 'New secret' : 'Value'} hint={secret ? '' : 'Text as it is; numbers, true, false, lists and objects as JSON.'}>
        {secret ? <Input type="password" value={text} onChange={(_, d) => setText(d.value)} autoComplete="new-password" /> : <Textarea value={text} onChange={(_, d) => setText(d.value)} />}
      </Field>
      <Field label="Why"><Input value={comment} maxLength={500} onChange={(_, d) => setComment(d.value)} /></Field>
    </FormDialog>
  )
}

function Conflict({ name, theirs, take }: { name: string; theirs: Schemas['Value'] | undefined; take: () => void }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {theirs ? <>Meanwhile {theirs.updatedBy} set {name} to <code>{shownValue(theirs)}</code>, <Time at={theirs.updatedAt} />.</> : <>Meanwhile somebody removed {name}.</>} What you typed is still here.{' '}
        {theirs && !theirs.secret && <Button size="small" type="button" onClick={take}>Take theirs</Button>}
      </MessageBarBody>
    </MessageBar>
  )
}
