import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import type { Schemas } from '@/shared/api/client'
import { useNotify } from '@/shared/ui/Toasts'
import { isFinal } from './api/get-operation'
import { useCancelOperation } from './api/cancel-operation'
import { useRetryOperation } from './api/retry-operation'

export function OperationActions({ operation }: { operation: Schemas['Operation'] }) {
  if (!isFinal(operation)) return <CancelButton operation={operation} />
  return operation.status === 'Succeeded' ? null : <RetryButton operation={operation.id} />
}

function RetryButton({ operation }: { operation: string }) {
  const retry = useRetryOperation(operation)
  const navigate = useNavigate()
  const notify = useNotify()
  const again = () => retry.mutate(undefined, { onSuccess: ({ id }) => void navigate({ to: '/operations/$operation', params: { operation: id } }), onError: notify.refused })
  return <Button appearance="primary" onClick={again} disabled={retry.isPending}>Try again</Button>
}

function CancelButton({ operation }: { operation: Schemas['Operation'] }) {
  const cancel = useCancelOperation(operation.id)
  const notify = useNotify()
  const stop = () => cancel.mutate(undefined, { onSuccess: () => notify.done('Asked to stop'), onError: notify.refused })
  return (
    <Dialog>
      <DialogTrigger disableButtonEnhancement><Button disabled={cancel.isPending || operation.stage === 'canceling'}>Cancel operation</Button></DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Cancel this operation?</DialogTitle>
          <DialogContent>
            {operation.stage === 'applying' || operation.stage === 'destroying'
              ? 'The pipeline is changing things now. It is asked to stop; what is made already stays, and the next deployment takes it up.'
              : 'Nothing is changed yet, and nothing will be.'}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>Let it go on</Button></DialogTrigger>
            <DialogTrigger disableButtonEnhancement><Button appearance="primary" onClick={stop}>Cancel it</Button></DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
