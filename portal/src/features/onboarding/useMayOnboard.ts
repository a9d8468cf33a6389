import { useQueries } from '@tanstack/react-query'
import { useMe } from '@/features/me/api/get-me'
import { myActionsQuery } from '@/features/me/api/list-my-actions'

/** Whether the person may make a project anywhere: on the platform, or at one of his teams. */
export function useMayOnboard() {
  const me = useMe()
  const scopes = ['/', ...new Set(me.data?.teams?.map((t) => `/teams/${t.team}`) ?? [])]
  const actions = useQueries({ queries: scopes.map((scope) => ({ ...myActionsQuery(scope), enabled: me.isSuccess })) })
  const may = actions.some((q) => q.data?.includes('projects/create'))
  const asked = me.isSuccess && actions.every((q) => !q.isPending)
  const failed = me.error ?? actions.find((q) => q.error)?.error
  return { may, asked, failed, retry: () => { void me.refetch(); actions.forEach((q) => void q.refetch()) } }
}
