import { Checkbox, Field, Input, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { useForceDeleteEnvironment } from '@/features/environments/api/force-delete-environment'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'

const shortest = 10

/** Calls an environment deleted that is not proven to be, with the reason on the record. */
export function BreakGlassDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [despite, setDespite] = useState(false)
  const force = useForceDeleteEnvironment(e.project, e.name)
  const open = useOpenOperation()
  const name = `${e.project}/${e.name}`
  const left = e.failure?.remaining ?? []
  const short = reason.trim().length < shortest
  const submit = () => force.mutate({ reason: reason.trim(), confirm: typed, ...(despite ? { despiteProtection: true } : {}) }, { onSuccess: (operation) => { close(); open(operation) } })
  return (
    <FormDialog title={`Call ${name} deleted without proof?`} close={close} submit="Call it deleted" leave="Leave it" danger onSubmit={submit} disabled={short || typed !== name || (!!e.protection && !despite) || force.isPending} error={force.error}>
      <p>Nothing is removed by this. The name and the quota are free, and nobody looks for what is left any more; it may go on costing money.</p>
      {left.length > 0 && <ul className="lz-going" aria-label="Stays where it is">{left.map((r) => <li key={r}><code>{r}</code></li>)}</ul>}
      {e.protection && <Checkbox checked={despite} onChange={(_, d) => setDespite(d.checked === true)} label={`${e.protection.by} protected it: “${e.protection.reason}”. It goes all the same`} />}
      <Field label="Reason" required hint={`At least ${shortest} characters; the audit log keeps it with what is left and your name.`}><Textarea value={reason} maxLength={500} onChange={(_, d) => setReason(d.value)} /></Field>
      <Field label={`Type ${name} to confirm`}><Input value={typed} onChange={(_, d) => setTyped(d.value)} autoComplete="off" /></Field>
    </FormDialog>
  )
}
