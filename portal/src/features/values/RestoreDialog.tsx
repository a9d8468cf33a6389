import { Checkbox, Field, Input } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
import { Loaded } from '@/shared/ui/Loaded'
import { useNotify } from '@/shared/ui/Toasts'
import { etagOf, scopeName, useRestoreValues, useValueDifferences, type ValueScope } from './scope'
import { shownValue } from './words'

interface RestoreDialogProps {
  scope: ValueScope
  values: Schemas['Values']
  version: number
  close: () => void
}

/** Makes values what they were in an earlier version: those that one chooses, after seeing what that changes. */
export function RestoreDialog({ scope, values, version, close }: RestoreDialogProps) {
  const differences = useValueDifferences(scope, values.version, version)
  const [left, leave] = useState<string[]>([])
  const [comment, setComment] = useState('')
  const restore = useRestoreValues(scope)
  const notify = useNotify()
  const keys = (differences.data?.value ?? []).map((d) => d.key)
  const wanted = keys.filter((k) => !left.includes(k))
  const submit = () =>
    restore.mutate({ etag: etagOf(values), body: { version, ...(left.length ? { keys: wanted } : {}), ...(comment ? { comment } : {}) } }, { onSuccess: () => { notify.done(`Values are those of version ${version} again`, 'The next deployment takes them along.'); close() } })
  const toggle = (key: string) => leave(left.includes(key) ? left.filter((k) => k !== key) : [...left, key])
  return (
    <FormDialog title={`Restore version ${version} of ${scopeName(scope)}?`} close={close} submit="Restore" onSubmit={submit} disabled={wanted.length === 0 || restore.isPending} error={restore.error}>
      <p>It becomes a new version; the history stays.</p>
      <Loaded query={differences} rows={2}>
        {({ value }) => value.length === 0 ? <p>The values are those of version {version} already.</p> : (
          <ul aria-label="What changes">
            {value.map((d) => <li key={d.key}><Checkbox checked={!left.includes(d.key)} onChange={() => toggle(d.key)} label={<><code>{d.key}</code>: <del>{shownValue(d.before)}</del> → <ins>{shownValue(d.after)}</ins></>} /></li>)}
          </ul>
        )}
      </Loaded>
      <Field label="Why"><Input value={comment} maxLength={500} onChange={(_, d) => setComment(d.value)} /></Field>
    </FormDialog>
  )
}
