import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf, type Schemas } from '@/shared/api/client'

const getHome = async (signal: AbortSignal) => bodyOf(await api.GET('/me/home', { signal }))

const isBusy = (home: Schemas['Home'] | undefined) => !!home && home.approvals.length + home.running.length > 0

export const homeQuery = queryOptions({
  queryKey: ['home'],
  queryFn: ({ signal }) => getHome(signal),
  refetchInterval: ({ state }) => (isBusy(state.data) ? 4_000 : 15_000),
})

export const useHome = () => useQuery(homeQuery)
