import { Button } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
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
  const [asked, ask] = useState(false)
  const stop = () => cancel.mutate(undefined, { onSuccess: () => { notify.done('Asked to stop'); ask(false) } })
  return (
    <>
      <Button disabled={cancel.isPending || operation.stage === 'canceling'} onClick={() => ask(true)}>Cancel operation</Button>
      {asked && (
        <FormDialog title="Cancel this operation?" close={() => ask(false)} submit="Cancel it" leave="Let it go on" onSubmit={stop} disabled={cancel.isPending} error={cancel.error}>
          <p>
            {operation.stage === 'applying' || operation.stage === 'destroying'
              ? 'The pipeline is changing things now. It is asked to stop; what is made already stays, and the next deployment takes it up.'
              : 'Nothing is changed yet, and nothing will be.'}
          </p>
        </FormDialog>
      )}
    </>
  )
}
