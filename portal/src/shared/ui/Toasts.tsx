import { Toast, ToastBody, Toaster, ToastTitle, useToastController } from '@fluentui/react-components'
import { useMemo, type ReactNode } from 'react'
import { problemOf } from '../api/problem'
import { sentenceOf } from './ErrorView'

const toasterId = 'lazuli'

export function Toasts() {
  return <section aria-label="Notifications" className="lz-toasts"><Toaster inline toasterId={toasterId} position="bottom-end" timeout={6000} pauseOnHover /></section>
}

/** Says in a corner that something was done, or that it was refused. */
export function useNotify() {
  const { dispatchToast } = useToastController(toasterId)
  return useMemo(() => ({
    done: (title: string, detail?: ReactNode) =>
      dispatchToast(<Toast><ToastTitle>{title}</ToastTitle>{detail && <ToastBody>{detail}</ToastBody>}</Toast>, { intent: 'success' }),
    refused: (error: unknown) => {
      const problem = problemOf(error)
      dispatchToast(
        <Toast>
          <ToastTitle>{problem?.detail ?? sentenceOf(error)}</ToastTitle>
          {problem && <ToastBody subtitle={`${problem.code} · request ${problem.requestId}`}>{problem.action}</ToastBody>}
        </Toast>,
        { intent: 'error', timeout: 15_000 },
      )
    },
  }), [dispatchToast])
}
