import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { explainQuery } from '@/features/access/api/explain-access'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { useMayOnboard } from './useMayOnboard'

/** Offers the wizard to who may make a project, and tells everybody else why not and whom to ask. */
export function MayOnboard({ children }: { children: ReactNode }) {
  const { may, asked, failed, retry } = useMayOnboard()
  if (may) return children
  if (failed) return <ErrorView error={failed} retry={retry} />
  return asked ? <WhyNot /> : <Loading rows={6} />
}

function WhyNot() {
  const why = useQuery(explainQuery({ action: 'projects/create', scope: '/' }))
  if (why.error) return <ErrorView error={why.error} retry={() => void why.refetch()} />
  if (!why.data) return <Loading />
  const { reason, nextStep, ask } = why.data
  return (
    <EmptyState title="You may not onboard a project">
      <p>{reason}</p>
      {nextStep && <p>{nextStep}</p>}
      {ask && ask.length > 0 && <p>You can ask {ask.map((a) => a.id).join(', ')}.</p>}
    </EmptyState>
  )
}
