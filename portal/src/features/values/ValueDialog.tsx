import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Field, Input, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { useNotify } from '@/shared/ui/Toasts'
import { useChangeValues } from './api/change-values'

interface ValueDialogProps {
  project: string
  environment: string
  value: Partial<Schemas['Value']>
  close: () => void
}

/** Sets one value. A secret is written and never read again. */
export function ValueDialog({ project, environment, value, close }: ValueDialogProps) {
  const [key, setKey] = useState(value.key ?? '')
  const [secret, setSecret] = useState(value.secret ?? false)
  const [text, setText] = useState(value.secret || value.value === undefined ? '' : typeof value.value === 'string' ? value.value : JSON.stringify(value.value))
  const [comment, setComment] = useState('')
  const change = useChangeValues(project, environment)
  const notify = useNotify()
  const save = () =>
    change.mutate({ set: { [key]: secret ? { secret: text } : { value: valueOf(text, value.type) } }, ...(comment ? { comment } : {}) }, { onSuccess: () => { notify.done(`${key} is set`, 'The next deployment takes it along.'); close() } })
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && close()}>
      <DialogSurface>
        <form onSubmit={(e) => { e.preventDefault(); save() }}>
          <DialogBody>
            <DialogTitle>{value.key ? `Change ${value.key}` : 'Set a value'}</DialogTitle>
            <DialogContent className="lz-stack">
              {!value.key && <Field label="Key" required><Input value={key} onChange={(_, d) => setKey(d.value)} autoComplete="off" /></Field>}
              <Checkbox label="Secret: kept in the vault, and never shown again" checked={secret} onChange={(_, d) => setSecret(d.checked === true)} />
              <Field label={secret ? 'New secret' : 'Value'} hint={secret ? '' : 'Text as it is; numbers, true, false, lists and objects as JSON.'}>
                {secret ? <Input type="password" value={text} onChange={(_, d) => setText(d.value)} autoComplete="off" /> : <Textarea value={text} onChange={(_, d) => setText(d.value)} />}
              </Field>
              <Field label="Why"><Input value={comment} onChange={(_, d) => setComment(d.value)} /></Field>
              {change.error && <ErrorView error={change.error} />}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement><Button type="button">Leave it</Button></DialogTrigger>
              <Button type="submit" appearance="primary" disabled={!key || (secret && !text) || change.isPending}>Save</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}

/** What was text stays text, even when it looks like a number. */
export function valueOf(text: string, type: Schemas['Value']['type'] | undefined): unknown {
  if (type === 'string') return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
