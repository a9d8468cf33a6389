import { useQueries, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { explainQuery } from '@/features/access/api/explain-access'
import { useMe } from '@/features/me/api/get-me'
import { myActionsQuery } from '@/features/me/api/list-my-actions'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'

/** Offers the wizard to who may make a project anywhere, and tells everybody else why not and whom to ask. */
export function MayOnboard({ children }: { children: ReactNode }) {
  const me = useMe()
  const scopes = ['/', ...new Set(me.data?.teams?.map((t) => `/teams/${t.team}`) ?? [])]
  const actions = useQueries({ queries: scopes.map((scope) => ({ ...myActionsQuery(scope), enabled: me.isSuccess })) })
  const may = actions.some((q) => q.data?.includes('projects/create'))
  const asked = me.isSuccess && actions.every((q) => !q.isPending)
  const failed = me.error ?? actions.find((q) => q.error)?.error
  if (may) return children
  if (failed) return <ErrorView error={failed} retry={() => { void me.refetch(); actions.forEach((q) => void q.refetch()) }} />
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
