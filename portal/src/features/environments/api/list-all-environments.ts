import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'
import { allPages } from '@/shared/api/pages'

const listAllEnvironments = (signal?: AbortSignal) =>
  allPages(async (pageToken) => bodyOf(await api.GET('/environments', { params: { query: { maxpagesize: 200, pageToken } }, signal })))

/** A long list is asked for less often: it is many pages. */
export const allEnvironmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: ({ signal }) => listAllEnvironments(signal),
  refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 200 ? 60_000 : state.data?.some((e) => e.activeOperation) ? 4_000 : 15_000),
})

export const useAllEnvironments = () => useQuery(allEnvironmentsQuery)
