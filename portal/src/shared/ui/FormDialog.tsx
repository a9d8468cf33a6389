import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { ErrorView } from './ErrorView'

interface FormDialogProps {
  title: string
  close: () => void
  /** The word on the button that does it; without one there is only something to read. */
  submit?: string | undefined
  onSubmit?: () => void
  disabled?: boolean
  /** The button that leaves everything as it is. */
  leave?: string
  danger?: boolean
  error?: unknown
  wide?: boolean
  children: ReactNode
}

/** A question with its answer: it closes by itself when nothing is to be done, and by its owner when it was done. */
export function FormDialog({ title, close, submit, onSubmit, disabled = false, leave = 'Leave it', danger = false, error, wide = false, children }: FormDialogProps) {
  const done = (event: { preventDefault: () => void }) => {
    event.preventDefault()
    if (!disabled) onSubmit?.()
  }
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && close()}>
      <DialogSurface {...(wide ? { className: 'lz-dialog-wide' } : {})}>
        <form onSubmit={done} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className="lz-stack">
              {children}
              {!!error && <ErrorView error={error} />}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement><Button type="button">{leave}</Button></DialogTrigger>
              {submit && <Button type="submit" appearance="primary" {...(danger ? { className: 'lz-danger' } : {})} disabled={disabled}>{submit}</Button>}
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
