import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const listMyActions = async (scope: string, signal?: AbortSignal) => bodyOf(await api.GET('/me/actions', { params: { query: { scope } }, signal })).actions

/** What one may do at a scope, by the code that decides. A page asks before it offers something. */
export const myActionsQuery = (scope: string) => queryOptions({ queryKey: ['me', 'actions', scope], queryFn: ({ signal }) => listMyActions(scope, signal), staleTime: 30_000 })

export const useMyActions = (scope: string) => useQuery(myActionsQuery(scope))
