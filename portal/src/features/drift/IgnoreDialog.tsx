import { Field, Input, Select, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { localInput } from '@/shared/time/iso'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { useIgnoreDrift } from './api/ignore-drift'
import { pathsOf } from './paths'

const day = 86_400_000
const most = 90
const shortest = 10

interface IgnoreDialogProps {
  project: string
  environment: string
  resource: Schemas['DriftedResource']
  close: () => void
}

/** A dated note that a drift is known and left for a while. */
export function IgnoreDialog({ project, environment, resource, close }: IgnoreDialogProps) {
  const [opened] = useState(() => Date.now())
  const latest = new Date(opened + most * day)
  const [path, setPath] = useState('')
  const [date, setDate] = useState(() => localInput(new Date(opened + 30 * day)).slice(0, 10))
  const [reason, setReason] = useState('')
  const ignore = useIgnoreDrift(project, environment)
  const notify = useNotify()
  const until = new Date(`${date}T12:00:00`)
  const wrongDate = !(until.getTime() > opened && until <= latest)
  const short = reason.trim().length < shortest
  const submit = () =>
    ignore.mutate({ address: resource.address, ...(path ? { path } : {}), until: until.toISOString(), reason: reason.trim() }, { onSuccess: () => { notify.done('Ignored', `until ${exactTime(until)}`); close() } })
  return (
    <FormDialog title={`Ignore the drift of ${resource.alias ?? resource.address}`} close={close} submit="Ignore it" onSubmit={submit} disabled={wrongDate || short || ignore.isPending} error={ignore.error}>
      <p>Reports list it as ignored until then. A deployment does not know of it: it puts back what is ignored too.</p>
      <Field label="What" className="lz-choice"><Select value={path} onChange={(_, d) => setPath(d.value)}><option value="">the whole resource {resource.address}</option>{pathsOf(resource).map((p) => <option key={p} value={p}>{p}</option>)}</Select></Field>
      <Field label="Until" hint={`At most ${most} days: ${localInput(latest).slice(0, 10)}.`} {...(wrongDate ? { validationState: 'error' as const, validationMessage: `Choose a day within ${most} days from now.` } : {})}>
        <Input type="date" value={date} min={localInput(new Date(opened)).slice(0, 10)} max={localInput(latest).slice(0, 10)} onChange={(_, d) => setDate(d.value)} />
      </Field>
      <Field label="Reason" required hint={`At least ${shortest} characters: what is waited for.`}><Textarea value={reason} maxLength={500} onChange={(_, d) => setReason(d.value)} /></Field>
    </FormDialog>
  )
}
