import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, bodyOf } from '@/shared/api/client'

const getMe = async (signal?: AbortSignal) => bodyOf(await api.GET('/me', { signal }))

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => getMe(signal), staleTime: 60_000 })

export const useMe = () => useQuery(meQuery)
