import { Field, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { useProtectEnvironment } from '@/features/environments/api/protect-environment'
import { useUnprotectEnvironment } from '@/features/environments/api/unprotect-environment'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'

interface ProtectDialogProps {
  environment: Schemas['Environment']
  close: () => void
}

/** Keeps an environment from being deleted, with the reason that whoever tries reads. */
export function ProtectDialog({ environment: e, close }: ProtectDialogProps) {
  const [reason, setReason] = useState('')
  const protect = useProtectEnvironment(e.project, e.name)
  const notify = useNotify()
  const save = () => protect.mutate(reason.trim(), { onSuccess: () => { notify.done(`${e.project}/${e.name} is protected`); close() } })
  return (
    <FormDialog title={`Protect ${e.project}/${e.name}`} close={close} submit="Protect" onSubmit={save} disabled={!reason.trim() || protect.isPending} error={protect.error}>
      <p>Nobody can delete it, and it does not expire, until the protection is taken away. Deploying goes on as before.</p>
      <Field label="Reason" required hint="Whoever tries to delete it reads this."><Textarea value={reason} maxLength={500} onChange={(_, d) => setReason(d.value)} /></Field>
    </FormDialog>
  )
}

export function UnprotectDialog({ environment: e, close }: ProtectDialogProps) {
  const unprotect = useUnprotectEnvironment(e.project, e.name)
  const notify = useNotify()
  const save = () => unprotect.mutate(undefined, { onSuccess: () => { notify.done(`${e.project}/${e.name} can be deleted again`); close() } })
  const expired = !!e.expiresAt && Date.parse(e.expiresAt) < Date.now()
  return (
    <FormDialog title={`Take the protection of ${e.project}/${e.name} away?`} close={close} submit="Take it away" leave="Keep it" onSubmit={save} disabled={unprotect.isPending} error={unprotect.error}>
      {e.protection && <p>{e.protection.by} protected it on {exactTime(new Date(e.protection.at))}: “{e.protection.reason}”</p>}
      <p>After that everybody who may can delete it{e.expiresAt ? expired ? ', and it has expired meanwhile: there is a day left to extend it.' : `, and it is deleted by itself ${exactTime(new Date(e.expiresAt))}.` : '.'}</p>
    </FormDialog>
  )
}
